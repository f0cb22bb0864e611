import type { Action } from './definition.js'

/** `secret`: `sk_…`, for programs on a server. `publishable`: `pk_…`, names an app and may be seen by anyone. */
export const apiKeyKinds = ['secret', 'publishable'] as const
export type ApiKeyKind = (typeof apiKeyKinds)[number]

/** What a key is limited to, whatever its roles open. Null: not limited. */
export interface ApiKeyLimits {
  /** Names of collections. A key that is limited to collections or actions is never an admin. */
  collections: string[] | null
  actions: Action[] | null
  /** Addresses and networks it may be used from: `203.0.113.7`, `10.0.0.0/8`. */
  addresses: string[] | null
  /** Origins of web pages it may be used from: `https://app.example.com`. */
  origins: string[] | null
  /** ISO 8601. */
  expiresAt: string | null
}

/** Body of `POST /admin/api-keys`. */
export interface NewApiKey extends Partial<ApiKeyLimits> {
  name: string
  /** Default `secret`. */
  kind?: ApiKeyKind
  /** Roles of a key that belongs to nobody: rules see `public` and these. */
  roles?: string[]
  /** In place of roles: the service account, or the caller, whom the key acts as. */
  user?: string
}

/** Body of `PATCH /admin/api-keys/{id}`. What is left out stays; null takes a limit away. */
export interface ApiKeyChange extends Partial<ApiKeyLimits> {
  name?: string
  roles?: string[]
}

export interface ApiKey extends ApiKeyLimits {
  id: string
  name: string
  kind: ApiKeyKind
  /** The beginning of the key, by which people tell keys apart. The rest is shown once, when the key is made. */
  start: string
  roles: string[]
  user: string | null
  createdAt: string
  createdBy: string | null
  /** To the minute. */
  lastUsedAt: string | null
  /** How long the secret of before the last rotation is good, where it still is. */
  previousUntil: string | null
}

/** The answer that has the key itself, once. */
export interface ApiKeyWithSecret extends ApiKey {
  key: string
}

/** Body of `POST` and `PATCH /admin/service-accounts`. */
export interface NewServiceAccount {
  name: string
  roles?: string[]
}

/** A user that is a program: it has API keys and never signs in. */
export interface ServiceAccount {
  id: string
  name: string
  roles: string[]
  disabled: boolean
  createdAt: string
}
