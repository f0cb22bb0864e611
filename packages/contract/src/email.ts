/** Answer of `POST /auth/email/confirm`. */
export interface EmailChangeState {
  /** The new address. */
  email: string
  /** Which address is still to be proven, by the link that was sent to it. Null: the account has the new address now. */
  waitingFor: 'old' | 'new' | null
}

/** Answer of `POST /auth/signup` (202) where addresses must be proven first: a mail is on its way, whoever has the address. */
export interface VerifyFirst {
  verify: true
}
