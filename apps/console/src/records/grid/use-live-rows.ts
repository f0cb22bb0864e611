import type { CollectionDefinition } from '@holdfast/contract'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useDataClient } from '../../client/data-client'
import { useViewAs } from '../../client/view-as'
import type { GridRecord, RecordList } from './record-list'
import type { GridQuery, Selection } from './use-record-list'

export interface LiveRows {
  /** Records that came, went or may stand elsewhere now; the rows on the screen have not moved for them. */
  readonly news: number
  refresh(): void
}

/**
 * Follows the collection while the grid is open: rows that are there change in place, and what would move rows is only
 * counted, until one asks for it. Writes of the console itself are shown at once.
 */
export function useLiveRows(
  { name, changeLog }: CollectionDefinition,
  query: GridQuery,
  selection: Selection,
  list: RecordList,
): LiveRows {
  const client = useDataClient()
  const [news, setNews] = useState<ReadonlySet<string>>(new Set())
  const refresh = () => {
    setNews(new Set())
    // What was told of meanwhile is in what was read.
    void list.refresh().then(() => setNews(new Set()))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: another list knows nothing of what was new in this one
  useEffect(() => setNews(new Set()), [list])
  const view = useViewAs()
  // What changes is told to the admin alone.
  const isLogged = (changeLog ?? 'full') === 'full' && query.q === undefined && view === undefined
  useEffect(() => {
    if (!isLogged) return
    const { fields, expand } = selection
    const tell = (id: string) => setNews((old) => (old.has(id) ? old : new Set([...old, id])))
    const found = { filter: query.filter as never, fields, expand, onError: () => undefined }
    return client.collection(name).subscribe(found as never, (event) => {
      const { type, record } = event
      if (type === 'reset') tell('reset')
      if (!record) return
      const index = list.indexOf(record.id)
      if (type === 'update' && index !== undefined) list.change(record.id, record as unknown as GridRecord)
      else if ((type === 'delete' || type === 'leave') && index !== undefined) {
        list.markGone(record.id)
        tell(record.id)
      } else if (type === 'create' || type === 'enter') tell(record.id)
    })
  }, [client, name, query.filter, selection, list, isLogged])
  useConsoleWrites(name, refresh)
  return { news: news.size, refresh }
}

/** Parts of the console that write records invalidate `['records', collection]`. */
function useConsoleWrites(collection: string, onWrite: () => void): void {
  const { data } = useQuery({
    queryKey: ['records', collection, 'written'],
    queryFn: () => Date.now(),
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  })
  const seen = useRef(data)
  const latest = useRef(onWrite)
  latest.current = onWrite
  useEffect(() => {
    if (seen.current !== undefined && data !== seen.current) latest.current()
    seen.current = data
  }, [data])
}
