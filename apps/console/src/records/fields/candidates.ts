import type { CollectionDefinition } from '@holdfast/contract'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import { useDataClient } from '../../client/data-client'
import { useReadable } from '../../client/readable'
import { labelFieldOf, labelOf } from '../../client/record-fields'
import { viewAs } from '../../client/view-as'

export interface Candidate {
  readonly id: string
  readonly label: string
}

/** How many records a picker offers. */
const offered = 20

/** Records that were chosen lately in this window, by collection, the latest first. What the admin chose, others may not know. */
const recent = new Map<string, readonly Candidate[]>()

export function remember(collection: string, candidate: Candidate): void {
  const others = (recent.get(collection) ?? []).filter(({ id }) => id !== candidate.id)
  recent.set(collection, [candidate, ...others].slice(0, 5))
}

export const recentOf = (collection: string): readonly Candidate[] =>
  viewAs.current === undefined ? (recent.get(collection) ?? []) : []

/** By what people call it, as far as that has come; else its id. */
export const knownLabel = (collection: string, labels: ReadonlyMap<string, string> | undefined, id: string): string =>
  labels?.get(id) ?? recentOf(collection).find((candidate) => candidate.id === id)?.label ?? id

const useLabelField = (collection: string): { readonly field: string | undefined; readonly isKnown: boolean } => {
  const { data } = useQuery(collectionsQuery)
  const readable = useReadable()
  const definition = data?.find(({ name }: CollectionDefinition) => name === collection)
  const field = definition && labelFieldOf(definition)?.name
  return {
    // A read that names a field that is hidden is refused as a whole.
    field: field !== undefined && readable.has(collection, field) ? field : undefined,
    isKnown: data !== undefined && readable.isKnown,
  }
}

const pattern = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Records of a collection whose label has this text in it, or whose id it is. */
export function useCandidates(collection: string, text: string, wanted: boolean) {
  const client = useDataClient()
  const { field, isKnown } = useLabelField(collection)
  return useQuery({
    queryKey: ['records', collection, 'candidates', field, text],
    queryFn: async ({ signal }): Promise<readonly Candidate[]> => {
      const filter = uuid.test(text) ? { id: text } : field && text ? { [field]: { $ilike: pattern(text) } } : undefined
      const fields = field ? ['id', field] : ['id']
      const page = await client.collection(collection).list({ fields, limit: offered, filter, signal })
      return page.data.map((record) => ({ id: record.id, label: labelOf(record, field) }))
    },
    enabled: wanted && isKnown,
    placeholderData: keepPreviousData,
  })
}

/** What to call these records. Those that are gone, or cannot be read, are missing in it. */
export function useLabels(collection: string, ids: readonly string[]) {
  const client = useDataClient()
  const { field, isKnown } = useLabelField(collection)
  return useQuery({
    queryKey: ['records', collection, 'labels', field, ids],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, string>> => {
      const fields = field ? ['id', field] : ['id']
      const filter = { id: { $in: ids.slice(0, 200) } }
      const page = await client.collection(collection).list({ fields, limit: 200, filter, signal })
      return new Map(page.data.map((record) => [record.id, labelOf(record, field)]))
    },
    enabled: ids.length > 0 && isKnown,
    placeholderData: keepPreviousData,
  })
}
