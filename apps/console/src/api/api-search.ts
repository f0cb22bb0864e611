export const views = ['curl', 'sdk', 'types'] as const
export type View = (typeof views)[number]

/** What of a collection's API is shown. */
export interface ApiSearch {
  /** The id of an operation; the first one when left out. */
  readonly operation?: string
  /** In which words; `curl` when left out. */
  readonly view?: View
}

export function parseApiSearch({ operation, view }: Record<string, unknown>): ApiSearch {
  const known = views.find((name) => name === view)
  return { ...(typeof operation === 'string' && { operation }), ...(known && { view: known }) }
}
