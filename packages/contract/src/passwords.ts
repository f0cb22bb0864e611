/** Answer of `POST /auth/password/strength`. */
export interface PasswordStrength {
  /** 0: guessed at once, 4: not in a lifetime. */
  score: 0 | 1 | 2 | 3 | 4
  /** Whether it could be set: long enough, scored high enough, not known from a leak. */
  acceptable: boolean
  /** Whether it is known from a leak; null where that was not looked up. */
  breached: boolean | null
  warning: PasswordHint | null
  suggestions: PasswordHint[]
}

/** Why a password is easy to guess, or what would help. `code` is stable, for translations. */
export interface PasswordHint {
  code: string
  /** English. */
  message: string
}
