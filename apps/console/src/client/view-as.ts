import { type ViewTarget, viewAsText } from '@holdfast/sdk/admin'
import { useSyncExternalStore } from 'react'
import { queryClient } from './query-client'

const key = 'holdfast:view-as'
const listeners = new Set<() => void>()
let text = sessionStorage.getItem(key) ?? undefined

/** What stays as it is whoever is looked through: who is signed in, what is defined, who there is. */
const ownKeys: ReadonlySet<unknown> = new Set(['session', 'collections', 'who', 'roles', 'settings'])

function change(next: string | undefined): void {
  text = next
  if (next === undefined) sessionStorage.removeItem(key)
  else sessionStorage.setItem(key, next)
  for (const listener of listeners) listener()
  // What was read as one must not be shown as what another sees.
  void queryClient.resetQueries({ predicate: ({ queryKey }) => !ownKeys.has(queryKey[0]) })
}

/** As whom the console reads records: for this tab, until it is ended or closed. */
export const viewAs = {
  /** Undefined: as the admin who is signed in. */
  get current(): string | undefined {
    return text
  },
  start: (target: ViewTarget): void => change(viewAsText(target)),
  stop: (): void => {
    if (text !== undefined) change(undefined)
  },
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** As whom the console reads, as the text that `toTarget` reads; undefined: as the admin. */
export const useViewAs = (): string | undefined => useSyncExternalStore(subscribe, () => text)

/** Why nothing can be written just now; undefined where it can. What it is given to is switched off and says so. */
export const useReadOnlyReason = (wanted = 'change anything'): string | undefined =>
  useViewAs() === undefined ? undefined : `You look at the data as somebody else. Stop that to ${wanted}.`

/** Whom the text of a link or of `X-View-As` names: the other way round than `viewAsText`; undefined for nobody. */
export function toTarget(target: string | undefined): ViewTarget | undefined {
  if (target === 'public') return target
  const [, kind, rest = ''] = /^(user|role|key):(.+)$/.exec(target ?? '') ?? []
  if (kind === 'role') return { roles: rest.split(',') }
  if (kind === 'key') return { apiKey: rest }
  if (kind !== 'user') return undefined
  const [user = '', team] = rest.split('@')
  return { user, ...(team !== undefined && { team }) }
}
