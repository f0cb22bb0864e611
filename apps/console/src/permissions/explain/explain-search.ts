import { type Action, actions } from '@holdfast/contract'

/** What a link to an explanation keeps. */
export interface ExplainSearch {
  readonly as?: string
  readonly action?: Action
  readonly collection?: string
  readonly id?: string
  readonly field?: string
  /** A draft, as JSON. */
  readonly data?: string
}

const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)

export function readExplainSearch(raw: Record<string, unknown>): ExplainSearch {
  const action = actions.find((name) => name === raw['action'])
  const data = typeof raw['data'] === 'object' ? JSON.stringify(raw['data']) : text(raw['data'])
  const [as, collection, id, field] = ['as', 'collection', 'id', 'field'].map((name) => text(raw[name]))
  return {
    ...(as && { as }),
    ...(action && { action }),
    ...(collection && { collection }),
    ...(id && { id }),
    ...(field && { field }),
    ...(data && { data }),
  }
}
