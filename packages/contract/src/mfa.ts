/** A second factor, or a passkey, of a user. */
export interface FactorInfo {
  id: string
  kind: 'totp' | 'passkey'
  name: string
  createdAt: string
  lastUsedAt: string | null
}

/** `GET /auth/mfa` */
export interface MfaState {
  factors: FactorInfo[]
  recoveryCodesLeft: number
  /** A role of the user must have a second factor: the last one cannot be removed. */
  required: boolean
}

/** `POST /auth/mfa/totp`: what an authenticator app is told; nothing is asked for until a first code confirms it. */
export interface NewTotp {
  id: string
  /** Base32, for typing it in. */
  secret: string
  /** `otpauth://totp/…` */
  uri: string
  /** The same as a picture: a `data:` URL of an SVG. */
  qr: string
}

/** Shown once. `POST /auth/mfa/totp/confirm` and `POST /auth/mfa/recovery-codes`. */
export interface RecoveryCodes {
  /** Empty where there are codes already. */
  recoveryCodes: string[]
}
