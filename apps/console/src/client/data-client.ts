import type { ViewTarget } from '@holdfast/sdk/admin'
import { useMemo } from 'react'
import { type ConsoleClient, client } from './client'
import { noting } from './refused-reads'
import { toTarget, useViewAs, viewAs } from './view-as'

/** What reads and writes records. */
export type DataClient = Pick<ConsoleClient, 'collection' | 'batch' | 'can' | 'permissions' | 'send'>

/**
 * By whom records are read and written in the grid and in forms: the admin, unless the console looks as somebody else. Then
 * writes are refused, by the server too. A call asks who it is when it is made, so that what was begun before a change reads
 * as whoever it is by then; the object is another one after each change.
 */
export function useDataClient(): DataClient {
  const view = useViewAs()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another view is another client to whatever depends on it
  return useMemo<DataClient>(
    () => ({
      collection: (name) => now().collection(name),
      batch: (build, options) => now().batch(build, options),
      can: (...asked) => now().can(...asked),
      permissions: (options) => now().permissions(options),
      send: (...request) => now().send(...request),
    }),
    [view],
  )
}

const refuse = () => Promise.reject(new Error('Nothing can be changed while you look at the data as somebody else'))
const silence = () => () => undefined

/** What a collection has beside reads: writes, and following changes, which are told to the admin alone. */
const withoutWrites = {
  create: refuse,
  update: refuse,
  upsert: refuse,
  upsertBy: refuse,
  updateMany: refuse,
  delete: refuse,
  deleteMany: refuse,
  import: refuse,
  export: refuse,
  restoreVersion: refuse,
  subscribe: silence,
  live: silence,
}

const readAs = (target: ViewTarget) => client.admin.viewAs(target)

/** What a collection can be asked as somebody else; what is denied of it can be explained. */
function onlyReads(reading: ReturnType<typeof readAs>, name: string) {
  const records = reading.collection(name)
  const ofAll = () => ({ collection: name, action: 'read' as const })
  const ofOne = (id: string) => ({ ...ofAll(), id })
  const ofTrash = () => ({ collection: name, action: 'delete' as const })
  const { trash } = records
  return Object.assign(records, withoutWrites, {
    list: noting(records.list.bind(records), ofAll),
    get: noting(records.get.bind(records), ofOne),
    versions: noting(records.versions.bind(records), ofOne),
    version: noting(records.version.bind(records), ofOne),
    trash: { list: noting(trash.list.bind(trash), ofTrash), restore: refuse, purge: refuse, empty: refuse },
  })
}

let viewing: { readonly text: string; readonly client: DataClient } | undefined

function now(): DataClient {
  const text = viewAs.current
  const target = toTarget(text)
  if (text === undefined || target === undefined) return client
  if (viewing?.text !== text) {
    const reading = readAs(target)
    const collection = (name: string) => onlyReads(reading, name)
    // Whatever reads can be left as it is: what is missing in the type of the SDK is refused here.
    viewing = { text, client: { ...reading, collection, batch: refuse } as unknown as DataClient }
  }
  return viewing.client
}
