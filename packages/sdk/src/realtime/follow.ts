import { type AnyQuery, toWireQuery } from '../encode-query.js'
import type { HoldfastError } from '../errors.js'
import type { CallOptions } from '../transport.js'
import { keepLive } from './live.js'
import type { LiveRecord } from './live-list.js'
import type { RealtimeSocket } from './socket.js'
import { type RecordEvent, Subscription } from './subscription.js'

/** What to follow as callers ask for it, whatever the collection. */
interface AnyFollow extends CallOptions, AnyQuery {
  onError?(error: HoldfastError): void
}

interface AnySubscribe extends AnyFollow {
  readonly record?: string
  readonly snapshot?: boolean
  readonly since?: string
}

/** Tells of changes. Gives what ends that. */
export function followChanges(
  socket: RealtimeSocket,
  collection: string,
  query: AnySubscribe,
  listener: (event: RecordEvent<object>) => void,
): () => void {
  const { signal, onError = throwLater, record, snapshot, since, ...wanted } = query
  const request = { ...toWireQuery(wanted), collection, record, snapshot, since }
  const subscription = new Subscription(socket, request, { event: listener, error: onError })
  return endWith(signal, () => subscription.close())
}

/** Tells the first records of a query, at once and after every change. Gives what ends that. */
export function followRecords(
  socket: RealtimeSocket,
  collection: string,
  query: AnyFollow,
  listener: (records: readonly LiveRecord[]) => void,
): () => void {
  const { signal, onError = throwLater, sort = 'id', limit = 100, fields, ...rest } = query
  const keys = typeof sort === 'string' ? [sort] : sort
  // What records are sorted by must be known.
  const needed = ['id', ...keys.map((key) => key.replace(/^-/, ''))].filter((key) => /^\w+$/.test(key))
  const wanted = { ...rest, fields: fields && [...new Set([...fields, ...needed])] }
  const request = { ...toWireQuery(wanted), collection }
  return endWith(signal, keepLive(socket, request, keys, limit, { change: listener, error: onError }))
}

/** Nobody asked to be told: then it counts as an error that nobody caught. */
const throwLater = (error: unknown): void =>
  void setTimeout(() => {
    throw error
  })

function endWith(signal: AbortSignal | undefined, stop: () => void): () => void {
  signal?.addEventListener('abort', stop, { once: true })
  return stop
}
