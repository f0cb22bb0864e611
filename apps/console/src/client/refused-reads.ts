import type { Action } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'

/** What somebody whom the console looks as could not read. */
export interface RefusedRead {
  readonly collection: string
  /** What rules must allow for it: the trash is open to those who may delete. */
  readonly action: Action
  readonly id?: string
}

const refused = new WeakMap<Error, RefusedRead>()

/** What this error kept from being read, where rules may be why. */
export const refusedRead = (error: unknown): RefusedRead | undefined =>
  error instanceof Error ? refused.get(error) : undefined

type Read = (...given: never[]) => Promise<unknown>

const codes: ReadonlySet<string> = new Set(['unauthenticated', 'forbidden', 'record_not_found'])

/** The same read, which leaves a note where it is denied: by a code that depends on who asks and for what. */
export const noting = <R extends Read>(read: R, find: (...given: Parameters<R>) => RefusedRead): R =>
  ((...given: Parameters<R>) =>
    read(...given).catch((error: unknown) => {
      if (error instanceof HoldfastError && codes.has(error.code)) refused.set(error, find(...given))
      throw error
    })) as R
