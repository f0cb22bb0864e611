import type { FactorInfo } from './mfa.js'

/**
 * Beginning of a ceremony with an authenticator. `options` go to the browser as they are:
 * `navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })` to register,
 * `.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) })` to prove.
 */
export interface PasskeyCeremony {
  /** Good for one answer within five minutes. */
  challengeId: string
  options: { readonly [member: string]: unknown }
}

/** Its end: what the browser gave, as `credential.toJSON()` writes it. */
export interface PasskeyAnswer {
  challengeId: string
  response: { readonly [member: string]: unknown }
}

export interface PasskeyInfo extends FactorInfo {
  kind: 'passkey'
  /** Kept by a service that copies it to other devices, so that it is not lost with one. */
  backedUp: boolean
}
