import type { Json } from './definition.js'
import type { TokenPair } from './envelopes.js'

/** Answer of every way to sign in: tokens, or what is still missing. */
export type SignInResult<User = Record<string, unknown>> = TokenPair<User> | MfaChallenge

/** The first factor is proven; a second one is asked for. */
export interface MfaChallenge {
  /** For `POST /auth/mfa/*` and nothing else; good for a few minutes and a few tries. */
  mfaToken: string
  /** What the user can prove. Empty: nothing yet, though a role of the user requires it; a factor has to be set up now. */
  factors: MfaFactorKind[]
}

export type MfaFactorKind = 'totp' | 'passkey' | 'recovery'

/** A setting of the environment: `GET /admin/environment`. Changed there, and taken up by the next start. */
export interface EnvironmentSetting {
  /** `PUBLIC_URL` */
  key: string
  description: string
  /** As it stands in the documentation; empty when there is none. */
  defaultText: string
  /** As it stands in the environment, null where it does not; of secrets only `***`. */
  value: string | null
  secret: boolean
}

/** Where a role requires a second factor, where addresses must be proven, and so on: one section of `GET /admin/settings`. */
export interface SettingsSection {
  /** `auth.passwords` */
  section: string
  description: string
  /** JSON Schema (draft 2020-12) of the value. `writeOnly` marks secrets. */
  schema: { readonly [keyword: string]: unknown }
  /** Secrets that are set read `***`. */
  value: Json
  /** By property of the value, the key of the environment that says it: those cannot be changed here. */
  pinned: { readonly [property: string]: string }
}
