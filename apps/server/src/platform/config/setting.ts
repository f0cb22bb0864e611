/** One key of the environment: how it is read, what it defaults to, what it is for. */
export interface Setting<T> {
  readonly key: string
  readonly description: string
  /** As it stands in the documentation: `4400`, `http://HOST:PORT`; empty when there is none. */
  readonly defaultText: string
  /** True for values that must not appear in logs or on the screen. */
  readonly secret: boolean
  /** @throws Error whose message completes "KEY …" */
  parse(text: string | undefined): T
}

interface Range {
  min: number
  max: number
}

const setting = <T>(
  key: string,
  description: string,
  defaultText: string,
  parse: (text: string | undefined) => T,
): Setting<T> => ({ key, description, defaultText, secret: false, parse })

/** A whole number within a range. The unit is the end of the key. */
export const integer = (key: string, fallback: number, range: Range, description: string): Setting<number> =>
  setting(key, description, String(fallback), (text) => {
    if (text === undefined) return fallback
    const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN
    if (value >= range.min && value <= range.max) return value
    throw new Error(`must be a whole number from ${range.min} to ${range.max}`)
  })

export const text = (key: string, fallback: string, description: string): Setting<string> =>
  setting(key, description, fallback, (value) => value ?? fallback)

/** A value that has no default: absent is `undefined`. */
export function optional(key: string, description: string): Setting<string | undefined>
export function optional<T>(key: string, description: string, parse: (text: string) => T): Setting<T | undefined>
export function optional(key: string, description: string, parse: (text: string) => unknown = (text) => text) {
  return setting(key, description, '', (value) => (value === undefined ? undefined : parse(value)))
}

export const flag = (key: string, fallback: boolean, description: string): Setting<boolean> =>
  setting(key, description, String(fallback), (value) => {
    if (value === undefined) return fallback
    if (value === 'true' || value === 'false') return value === 'true'
    throw new Error('must be true or false')
  })

export const oneOf = <T extends string>(key: string, fallback: T, values: readonly T[], description: string) =>
  setting(key, `${description}: ${values.join(', ')}`, fallback, (value) => {
    const found = values.find((candidate) => candidate === (value ?? fallback))
    if (found !== undefined) return found
    throw new Error(`must be one of ${values.join(', ')}`)
  })

/** Values separated by commas; absent is the fallback, which is empty where none is given. */
export const list = <T>(
  key: string,
  description: string,
  parseItem: (item: string) => T,
  fallback = '',
): Setting<readonly T[]> =>
  setting(key, description, fallback, (value) =>
    Object.freeze(
      (value ?? fallback)
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== '')
        .map(parseItem),
    ),
  )

/** The same setting, marked as one that is never shown. */
export const secret = <T>(plain: Setting<T>): Setting<T> => ({ ...plain, secret: true })
