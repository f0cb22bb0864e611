import type { Json } from './definition.js'

/** What a hook is sent: a POST, signed as webhooks are (Standard Webhooks 1.0.0). */
export interface HookCall<Event extends AuthHook = AuthHook> {
  type: Event
  /** ISO 8601. */
  timestamp: string
  data: HookData[Event]
}

/** The section `auth.hooks` of the settings has one entry for each. */
export const authHooks = ['beforeSignUp', 'beforeToken', 'afterSignIn'] as const

export type AuthHook = (typeof authHooks)[number]

export interface HookData {
  beforeSignUp: {
    method: 'password' | 'code' | 'link' | 'oauth' | 'passkey' | 'phone' | 'anonymous' | 'saml' | 'ldap' | 'team'
    email?: string
    /** E.164. */
    phone?: string
    /** The name of the identity provider. */
    provider?: string
    /** The other fields of the record, as the visitor gave them: not yet checked by their types. */
    profile: { [field: string]: Json }
    /** Where the request comes from. */
    address: string
  }
  beforeToken: {
    userId: string
    roles: readonly string[]
    /** How the session was proven: `pwd`, `otp`, `sms`, … */
    methods: readonly string[]
    sessionId: string
    /** The admin who acts as the user. */
    impersonatorId?: string
  }
  afterSignIn: {
    userId: string
    sessionId: string
    methods: readonly string[]
    address: string
    userAgent: string | null
    at: string
  }
}

/** Answer of `beforeSignUp`. */
export interface SignUpDecision {
  decision: 'allow' | 'deny'
  /** With `deny`: shown to the visitor. At most 500 characters. */
  message?: string
  /** With `allow`: takes the place of the given fields of the record. Only fields that users may change themselves. */
  profile?: { [field: string]: Json }
}

/** Answer of `beforeToken`: at most 2 KiB of claims, none of them a name of the JWT standards or of ours. */
export interface TokenClaims {
  claims: { [name: string]: Json }
}

/** What the provider of text messages is sent, signed in the same way. */
export interface PhoneMessage {
  /** E.164. */
  to: string
  text: string
  /** The code alone, for providers with templates of their own. */
  code?: string
}

/** One line of an export of a person's data (`GET /auth/me/export`). */
export type ExportLine =
  | { kind: 'user'; data: { [field: string]: Json } }
  /** A row of a system table: `accounts`, `sessions`, `identities`, `memberships`, … */
  | { kind: 'system'; table: string; data: { [name: string]: Json } }
  | { kind: 'record'; collection: string; data: { [field: string]: Json } }
  /** The last line: an export without it was cut off. */
  | { kind: 'end'; records: number }
