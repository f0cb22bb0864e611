/** An object of a body, before it is checked. */
export type RawRecord = { readonly [name: string]: unknown }

/** A record inside a body; `at` is its place there: `2` in a list, `comments.2` in another record, empty for the body itself. */
export interface RawPart {
  readonly at: string
  readonly raw: unknown
}

/** Records of a list, each with its place in it. */
export const placesOf = (list: readonly unknown[]): RawPart[] => list.map((raw, index) => ({ raw, at: String(index) }))

export const isRecord = (value: unknown): value is RawRecord =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
