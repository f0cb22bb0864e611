import type { SubscribeRequest } from '@holdfast/contract'
import type { HoldfastError } from '../errors.js'
import { LiveList, type LiveRecord } from './live-list.js'
import type { RealtimeSocket } from './socket.js'
import { type RecordEvent, Subscription } from './subscription.js'

/** A list is read anew at most so often. */
const rereadMs = 200

export interface LiveHandlers<R> {
  change(records: readonly R[]): void
  error(error: HoldfastError): void
}

/** Keeps the first records of a query current. Gives what ends that. */
export function keepLive<R extends LiveRecord>(
  socket: RealtimeSocket,
  wanted: Omit<SubscribeRequest, 'id'>,
  sort: readonly string[],
  limit: number,
  handlers: LiveHandlers<R>,
): () => void {
  let list = new LiveList<R>(sort, limit)
  let next: LiveList<R> | undefined
  let subscription: Subscription<R> | undefined
  let rereading: ReturnType<typeof setTimeout> | undefined
  let telling = false
  let ready = false
  let over = false

  // Many events that come together are one change.
  const tell = (): void => {
    if (telling || !ready) return
    telling = true
    queueMicrotask(() => {
      telling = false
      if (!over) handlers.change(list.records)
    })
  }
  const receive = (event: RecordEvent<R>): void => {
    if (event.type === 'reset') {
      next = new LiveList<R>(sort, limit)
      return
    }
    const target = next ?? list
    const known = target.apply(event)
    if (event.type === 'ready' && next) [list, next] = [next, undefined]
    if (event.type === 'ready') ready = true
    if (!known) reread()
    else if (event.type !== 'snapshot' && !next) tell()
  }
  /** A new snapshot on a subscription of its own; until it is complete, the list stays as it was. */
  const begin = (): void => {
    rereading = undefined
    subscription?.close()
    next = new LiveList<R>(sort, limit)
    const request = { ...wanted, sort: [...sort], limit, snapshot: true }
    subscription = new Subscription<R>(socket, request, {
      event: (event) => {
        if (!over) receive(event)
      },
      error: (error) => handlers.error(error),
    })
  }
  const reread = (): void => {
    rereading ??= setTimeout(begin, rereadMs)
  }
  begin()
  return () => {
    over = true
    clearTimeout(rereading)
    subscription?.close()
  }
}
