import type { CollectionDefinition } from '@holdfast/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { useDataClient } from '../../client/data-client'
import { recordKey, recordsKey } from './record-queries'
import type { StoredRecord } from './record-values'

export interface NewerRecord {
  /** Undefined: the record is gone. */
  readonly record: StoredRecord | undefined
  /** Who did it, where the history tells; null for nobody signed in. */
  readonly by?: string | null
}

/** Tells when a record becomes newer than the version that is shown. Collections that log no images tell nobody. */
export function useNewer(collection: CollectionDefinition, id: string, version = 0): NewerRecord | undefined {
  const client = useDataClient()
  const cache = useQueryClient()
  const [newer, setNewer] = useState<NewerRecord>()
  const { name, changeLog = 'full', history } = collection
  useEffect(() => {
    if (changeLog !== 'full') return
    const records = client.collection(name)
    const tell = async (record: StoredRecord | undefined) => {
      setNewer({ record })
      if (!history || !record) return
      const page = await records.versions(id, { limit: 1 }).catch(() => undefined)
      const latest = page?.data[0]
      if (latest?.version === record.version) setNewer({ record, by: latest?.user })
    }
    return records.subscribe({ record: id, onError: () => {} }, (event) => {
      if (event.type === 'update' || event.type === 'enter') void tell(event.record as unknown as StoredRecord)
      if (event.type === 'delete') setNewer({ record: undefined })
      // After a long break nobody knows what was missed.
      if (event.type === 'reset') void cache.invalidateQueries({ queryKey: recordKey(name, id) })
      if (event.type === 'update' || event.type === 'delete')
        void cache.invalidateQueries({
          queryKey: recordsKey(name),
          predicate: ({ queryKey }) => queryKey[2] !== 'one' && queryKey[3] === id,
        })
    })
  }, [client, cache, name, changeLog, history, id])
  const isKnown = newer?.record?.version !== undefined && newer.record.version <= version
  return isKnown ? undefined : newer
}
