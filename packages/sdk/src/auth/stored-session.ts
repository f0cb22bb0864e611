import type { AuthSession } from './session.js'
import type { TokenStorage } from './token-storage.js'

/** The copy of the session in a storage. A storage that fails costs the session at the next start, not now. */
export class StoredSession<User> {
  readonly #storage: TokenStorage
  readonly #key: string
  #lastSave: Promise<unknown> = Promise.resolve()

  constructor(storage: TokenStorage, key: string) {
    this.#storage = storage
    this.#key = key
  }

  /** At once where the storage answers at once, so that a page knows its user while it loads. */
  read(): AuthSession<User> | null | Promise<AuthSession<User> | null> {
    try {
      const stored = this.#storage.getItem(this.#key)
      const isText = typeof stored === 'string' || stored === null || stored === undefined
      return isText ? parseSession(stored) : Promise.resolve(stored).then(parseSession<User>, () => null)
    } catch {
      return null
    }
  }

  /** Writes one after the other, in the order asked for. */
  write(session: AuthSession<User> | null): Promise<unknown> {
    const save = () =>
      session ? this.#storage.setItem(this.#key, JSON.stringify(session)) : this.#storage.removeItem(this.#key)
    this.#lastSave = this.#lastSave.then(save).catch(() => undefined)
    return this.#lastSave
  }
}

function parseSession<User>(text: string | null | undefined): AuthSession<User> | null {
  try {
    const session = JSON.parse(text ?? 'null')
    const isSession = typeof session?.accessToken === 'string' && typeof session.refreshToken === 'string'
    return isSession ? session : null
  } catch {
    return null
  }
}
