import type { Json } from '@holdfast/contract'

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'

/** A request that can be made of a collection, with an example of it in both languages. */
export interface Operation {
  readonly id: string
  readonly label: string
  readonly description: string
  readonly method: Method
  /** Below `/api/v1`, with its values. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Json
  /** The same by the SDK. */
  readonly source: string
  /** Is an answer that goes on: a terminal follows it, `try it` cannot. */
  readonly streams?: boolean
}
