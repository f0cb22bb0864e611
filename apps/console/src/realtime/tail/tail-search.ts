import type { LoggedChange } from '@holdfast/contract'

/** What a link to the tail keeps. */
export interface TailSearch {
  readonly collection?: string
  readonly action?: LoggedChange['action']
  /** Id of a user. */
  readonly by?: string
  /** Id of a record, or a part of it. */
  readonly record?: string
}

export const changeActions = ['create', 'update', 'delete'] as const

export function parseTailSearch({ collection, action, by, record }: Record<string, unknown>): TailSearch {
  return {
    ...(typeof collection === 'string' && collection !== '' && { collection }),
    ...(changeActions.includes(action as LoggedChange['action']) && { action: action as LoggedChange['action'] }),
    ...(typeof by === 'string' && by !== '' && { by }),
    ...(typeof record === 'string' && record !== '' && { record }),
  }
}

/** Collections are chosen by the server; the rest of what has come is chosen here. */
export const matches = (change: LoggedChange, { collection, action, by, record }: TailSearch): boolean =>
  (collection === undefined || change.collection === collection) &&
  (action === undefined || change.action === action) &&
  (by === undefined || change.user === by) &&
  (record === undefined || change.record.includes(record.trim()))
