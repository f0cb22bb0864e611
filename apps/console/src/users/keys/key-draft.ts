import type { Action, ApiKey, ApiKeyChange, ApiKeyKind, ApiKeyLimits, NewApiKey } from '@holdfast/contract'

/** A key as the form has it: empty lists do not limit. */
export interface KeyDraft {
  readonly name: string
  readonly kind: ApiKeyKind
  readonly holder: 'nobody' | 'service'
  /** The service account. */
  readonly user: string
  readonly roles: string[]
  readonly collections: string[]
  readonly actions: Action[]
  readonly addresses: string[]
  readonly origins: string[]
  /** `2026-12-31`, or empty. */
  readonly expiresOn: string
}

export const newDraft = (user?: string): KeyDraft => ({
  name: '',
  kind: 'secret',
  holder: user === undefined ? 'nobody' : 'service',
  user: user ?? '',
  roles: [],
  collections: [],
  actions: [],
  addresses: [],
  origins: [],
  expiresOn: '',
})

export const toDraft = (key: ApiKey): KeyDraft => ({
  name: key.name,
  kind: key.kind,
  holder: key.user === null ? 'nobody' : 'service',
  user: key.user ?? '',
  roles: key.roles,
  collections: key.collections ?? [],
  actions: key.actions ?? [],
  addresses: key.addresses ?? [],
  origins: key.origins ?? [],
  expiresOn: key.expiresAt === null ? '' : toDay(new Date(key.expiresAt)),
})

export const toNewKey = (draft: KeyDraft): NewApiKey => ({
  name: draft.name,
  kind: draft.kind,
  ...(draft.holder === 'nobody' ? { roles: draft.roles } : { user: draft.user }),
  ...toLimits(draft),
})

/** Only what differs: a key that has expired can be given another name. */
export function toChange(draft: KeyDraft, key: ApiKey): ApiKeyChange {
  const before = toDraft(key)
  const { expiresAt, ...limits } = toLimits(draft)
  return {
    name: draft.name,
    ...(draft.holder === 'nobody' && { roles: draft.roles }),
    ...limits,
    ...(draft.expiresOn !== before.expiresOn && { expiresAt }),
  }
}

const toLimits = ({ collections, actions, addresses, origins, expiresOn }: KeyDraft): ApiKeyLimits => ({
  collections: orNull(collections),
  actions: orNull(actions),
  addresses: orNull(addresses),
  origins: orNull(origins),
  expiresAt: expiresOn === '' ? null : new Date(`${expiresOn}T23:59:59`).toISOString(),
})

const orNull = <T>(list: T[]): T[] | null => (list.length === 0 ? null : list)

const toDay = (date: Date): string =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-')
