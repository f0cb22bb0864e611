import type { LoggedChange } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'
import { useEffect, useState } from 'react'
import { client } from '../../client/client'

const keptChanges = 1000
const pollMs = 1000

export interface ChangeTailState {
  /** The newest first. */
  readonly changes: readonly LoggedChange[]
  /** It is known where to begin: what is changed from now on comes. */
  readonly isLive: boolean
  /** Some were lost on the way. */
  readonly broken: boolean
  readonly error?: unknown
}

const nothing: ChangeTailState = { changes: [], isLive: false, broken: false }

/** What is changed from now on, in all collections or in one. While it is paused it asks for nothing, and goes on where it was. */
export function useChangeTail(collection: string | undefined, paused: boolean) {
  const [state, setState] = useState(nothing)
  const [cursor] = useState<{ current: string | undefined }>({ current: undefined })
  useEffect(() => {
    if (paused) return
    const abort = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    const ask = async (): Promise<void> => {
      let waitMs = pollMs
      try {
        const tail = await client.admin.changes.tail({
          signal: abort.signal,
          ...(cursor.current !== undefined && { cursor: cursor.current }),
          ...(collection !== undefined && { collection }),
        })
        cursor.current = tail.cursor
        if (tail.more) waitMs = 0
        setState((old) => ({
          changes:
            tail.changes.length > 0
              ? [...tail.changes.toReversed(), ...old.changes].slice(0, keptChanges)
              : old.changes,
          isLive: true,
          broken: old.broken || tail.broken,
        }))
      } catch (error) {
        if (abort.signal.aborted) return
        // A cursor of another life of the database is of no use any more.
        if (error instanceof HoldfastError && error.code === 'invalid_cursor') cursor.current = undefined
        setState((old) => ({ ...old, error }))
      }
      if (!abort.signal.aborted) timer = setTimeout(() => void ask(), waitMs)
    }
    void ask()
    return () => {
      abort.abort()
      clearTimeout(timer)
    }
  }, [collection, paused, cursor])
  return { ...state, clear: () => setState((old) => ({ ...old, changes: [], broken: false })) }
}
