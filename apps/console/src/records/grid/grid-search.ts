import type { ConditionJson } from '@holdfast/contract'

/** What a link to the grid keeps. */
export interface GridSearch {
  /** Words to look for. */
  readonly q?: string
  readonly filter?: ConditionJson
  /** `-createdAt,title` */
  readonly sort?: string
  /** Fields shown, in their order: `title,author`. */
  readonly columns?: string
  /** Id of a saved view. */
  readonly view?: string
}

/** The search of a URL as it may come from anywhere: what does not fit is left out. */
export function parseGridSearch(raw: Record<string, unknown>): GridSearch {
  const { filter } = raw
  return {
    ...text(raw, 'q'),
    ...(isObject(filter) && Object.keys(filter).length > 0 && { filter: filter as ConditionJson }),
    ...text(raw, 'sort'),
    ...text(raw, 'columns'),
    ...text(raw, 'view'),
  }
}

/** The router reads `q=10` as a number. */
const text = (raw: Record<string, unknown>, name: 'q' | 'sort' | 'columns' | 'view') => {
  const value = raw[name]
  return typeof value === 'string' || typeof value === 'number' ? { [name]: String(value) } : {}
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
