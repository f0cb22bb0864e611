import type { MatchMeta } from '@holdfast/contract'

/** How many records stand behind an expanded relation, and where they go on. */
export interface ExpandMeta {
  total?: number
  nextCursor?: string | null
}

/**
 * How well a record fits the search or the place that was asked for; undefined when nothing measured it.
 *
 * @example
 * const page = await client.collection('posts').list({ search: 'tea', highlight: true })
 * for (const post of page.data) console.log(post.title, matchOf(post)?.rank, matchOf(post)?.highlight?.['title'])
 */
export const matchOf = (record: object): MatchMeta | undefined => (record as { matchMeta?: MatchMeta }).matchMeta

/**
 * What was counted of the expanded relations of a record, by their names.
 *
 * @example
 * const post = await client.collection('posts').get(id, { expand: { comments: { limit: 3, count: 'exact' } } })
 * console.log(expandMetaOf(post)['comments']?.total)
 */
export const expandMetaOf = (record: object): { readonly [relation: string]: ExpandMeta | undefined } =>
  (record as { expandMeta?: Record<string, ExpandMeta> }).expandMeta ?? {}
