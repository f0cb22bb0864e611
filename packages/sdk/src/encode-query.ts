/** A query as it goes into a URL or a body. */
export interface WireQuery {
  filter?: unknown
  sort?: string | readonly string[]
  fields?: readonly string[]
  expand?: object
  limit?: number
  cursor?: string
  offset?: number
  count?: string
}

/** Longest query string that goes into a URL; a longer one travels in a body. Proxies cut URLs at 8 KB. */
const maxUrlBytes = 6 * 1024

const asText = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number'
    ? String(value)
    : Array.isArray(value)
      ? value.join(',')
      : JSON.stringify(value)

/** The query string, without `?`; undefined when it is too long for a URL. */
export function encodeQuery(query: WireQuery): string | undefined {
  const pairs = Object.entries(query)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${encodeURIComponent(asText(value))}`)
  const text = pairs.join('&')
  return text.length <= maxUrlBytes ? text : undefined
}
