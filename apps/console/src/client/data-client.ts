import { useMemo } from 'react'
import { type ConsoleClient, client } from './client'
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

let viewing: { readonly text: string; readonly client: DataClient } | undefined

function now(): DataClient {
  const text = viewAs.current
  const target = toTarget(text)
  if (text === undefined || target === undefined) return client
  if (viewing?.text !== text) {
    const reading = client.admin.viewAs(target)
    const batch = () => Promise.reject(new Error('Nothing can be changed while you look as somebody else'))
    // Its collections have writes too, that its type leaves out: the server refuses them in words of its own.
    viewing = { text, client: { ...reading, batch } as unknown as DataClient }
  }
  return viewing.client
}
