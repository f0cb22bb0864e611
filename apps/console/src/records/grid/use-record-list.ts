import type { CollectionDefinition, ConditionJson } from '@holdfast/contract'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useRef, useSyncExternalStore } from 'react'
import { collectionsQuery } from '../../client/collections'
import { useDataClient } from '../../client/data-client'
import { useReadable } from '../../client/readable'
import { labelFieldOf } from '../../client/record-fields'
import { type GridColumn, turnAround, wholeSort } from './grid-columns'
import { type ReadAnswer, RecordList } from './record-list'

/** Which records the grid shows, in which order. */
export interface GridQuery {
  readonly q: string | undefined
  readonly filter: ConditionJson | undefined
  readonly sort: readonly string[]
}

/** How many of a relation to many are read for a cell. */
const relatedShown = 7

/** What a read asks of each record: the fields that are shown, and labels for relations. */
export interface Selection {
  readonly fields: readonly string[]
  readonly expand: { readonly [relation: string]: { fields: string[]; limit?: number } }
  /** Fields in which what a search finds is marked. */
  readonly searched: readonly string[]
}

export function useSelection({ name: own }: CollectionDefinition, columns: readonly GridColumn[]): Selection {
  const readable = useReadable()
  const { data: collections = [] } = useQuery(collectionsQuery)
  const relations = columns.flatMap(({ field }) => {
    const target = collections.find(({ name }) => field.type === 'relation' && name === field.collection)
    const label = target && labelFieldOf(target)?.name
    if (!label || !readable.has(own, field.name) || !readable.has(target.name, label)) return []
    return [[field.name, { fields: ['id', label] as string[], ...(field.many && { limit: relatedShown }) }] as const]
  })
  const fields = ['id', 'version', ...columns.map(({ field }) => field.name)].filter((field) =>
    readable.has(own, field),
  )
  const searched = columns.flatMap(({ field }) => (field.searchable && fields.includes(field.name) ? [field.name] : []))
  const selection = { fields: [...new Set(fields)], expand: Object.fromEntries(relations), searched }
  const key = JSON.stringify(selection)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same selection must be the same object
  return useMemo(() => selection, [key])
}

/** The list behind the grid: a new one for another query, the same one read anew for other columns. */
export function useRecordList({ name }: CollectionDefinition, query: GridQuery, selection: Selection) {
  const client = useDataClient()
  const latest = useRef(selection)
  latest.current = selection
  const key = JSON.stringify([name, query])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says all of the query
  const list = useMemo(() => {
    const sort = wholeSort(query.sort, query.q !== undefined)
    return new RecordList(async ({ reversed, idsOnly, ...part }, signal) => {
      const { fields, expand, searched } = latest.current
      const answer = await client.collection(name).list({
        ...part,
        search: query.q,
        filter: query.filter as never,
        sort: reversed ? turnAround(sort) : sort,
        ...(idsOnly ? { fields: ['id'] } : { fields, expand }),
        ...(!idsOnly && query.q !== undefined && searched.length > 0 && { highlight: searched as never }),
        signal,
      })
      return answer as unknown as ReadAnswer
    })
  }, [key, client])
  useEffect(() => () => list.stop(), [list])
  useSyncExternalStore(list.subscribe, list.revision)
  const begun = useRef({ list, selection })
  useEffect(() => {
    const isSame = begun.current.list === list && begun.current.selection !== selection
    begun.current = { list, selection }
    if (isSame) void list.refresh()
  }, [list, selection])
  return list
}
