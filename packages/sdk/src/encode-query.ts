/** A query as callers write it, whatever the collection. */
export interface AnyQuery {
  readonly filter?: object
  readonly search?: string
  readonly highlight?: boolean | readonly string[]
  readonly sort?: string | readonly string[]
  readonly fields?: readonly string[]
  readonly expand?: AnyExpand
  readonly limit?: number
  readonly cursor?: string
  readonly offset?: number
  readonly count?: string
  readonly asOf?: string | Date
}

interface AnyExpand {
  readonly [relation: string]: true | AnyQuery | undefined
}

/** A query as it travels: in a URL, or as the body of `POST /query`. */
export type WireQuery = Readonly<Record<string, unknown>>

/** Longest query string for a URL; a longer query travels in a body. Proxies refuse URLs from 8 KB on. */
const maxUrlLength = 6 * 1024

export function toWireQuery({
  filter,
  search,
  highlight,
  sort,
  fields,
  expand,
  limit,
  cursor,
  offset,
  count,
  asOf,
}: AnyQuery): WireQuery {
  return {
    filter,
    search,
    highlight: Array.isArray(highlight) ? highlight.join(',') : highlight || undefined,
    sort: sort && listText(sort),
    fields: fields && listText(fields),
    expand: expand && expandText(expand),
    limit,
    cursor,
    offset,
    count,
    asOf: typeof asOf === 'object' ? asOf.toISOString() : asOf,
  }
}

/** `filter=…&sort=…`; empty for a query that asks for nothing. */
export const toQueryString = (query: WireQuery): string =>
  Object.entries(query)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(
      ([key, value]) =>
        `${key}=${encodeURIComponent(typeof value === 'object' ? JSON.stringify(value) : String(value))}`,
    )
    .join('&')

export const fitsUrl = (queryString: string): boolean => queryString.length <= maxUrlLength

const listText = (names: string | readonly string[]): string => (typeof names === 'string' ? names : names.join(','))

/** `author,comments(sort:-createdAt,limit:3,fields:text,filter:{…},expand(author))` */
function expandText(expand: AnyExpand): string {
  const items = Object.entries(expand).flatMap(([relation, options]) =>
    options ? [relationText(relation, options)] : [],
  )
  return items.join(',')
}

function relationText(relation: string, options: true | AnyQuery): string {
  if (options === true) return relation
  const { sort, limit, fields, filter, expand, count, cursor } = options
  const parts = [
    sort?.length && `sort:${listText(sort)}`,
    limit !== undefined && `limit:${limit}`,
    count && `count:${count}`,
    cursor && `cursor:${cursor}`,
    fields?.length && `fields:${listText(fields)}`,
    filter && `filter:${JSON.stringify(filter)}`,
    expand && Object.keys(expand).length > 0 && `expand(${expandText(expand)})`,
  ].filter(Boolean)
  return parts.length > 0 ? `${relation}(${parts.join(',')})` : relation
}

/** A query as the query string of a URL. */
export const queryText = (query: AnyQuery): string => toQueryString(toWireQuery(query))
