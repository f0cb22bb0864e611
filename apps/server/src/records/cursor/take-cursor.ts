/**
 * The cursor in a query string, and the rest: pages of one query differ in nothing else, and share one plan. A cursor that
 * is written in another way (`%63ursor=`), or twice, stays in the rest.
 */
export function takeCursor(search: string): { rest: string; cursor: string | undefined } {
  const at = search.startsWith('cursor=') ? 0 : search.indexOf('&cursor=') + 1
  if (at === 0 && !search.startsWith('cursor=')) return { rest: search, cursor: undefined }
  const end = search.indexOf('&', at)
  const cursor = search.slice(at + 'cursor='.length, end < 0 ? undefined : end)
  const before = search.slice(0, Math.max(0, at - 1))
  const after = end < 0 ? '' : search.slice(end + 1)
  return { rest: before && after ? `${before}&${after}` : before + after, cursor }
}
