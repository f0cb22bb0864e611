import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import { joinPath } from './reports.js'
import { suggest } from './suggest.js'

export type JsonObject = { [key: string]: Json }

/** What a key's value must be; gives the problem in words, or undefined. */
export type KeyCheck = (value: Json) => string | undefined

/** The keys an object may have. Their order is the order they are stored and shown in. */
export type Keys<T> = { readonly [K in keyof Required<T>]: KeyCheck }

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const text =
  (most: number): KeyCheck =>
  (value) =>
    typeof value === 'string' && value.length <= most ? undefined : `must be a text of at most ${most} characters`
export const flag: KeyCheck = (value) => (typeof value === 'boolean' ? undefined : 'must be true or false')
export const count: KeyCheck = (value) =>
  Number.isSafeInteger(value) && (value as number) >= 0 ? undefined : 'must be a whole number from 0'
export const object: KeyCheck = (value) => (isObject(value) ? undefined : 'must be an object')
export const anyValue: KeyCheck = (value) => (value === null ? 'must not be null; leave it out' : undefined)
export const numberOrText: KeyCheck = (value) =>
  typeof value === 'number' || typeof value === 'string' ? undefined : 'must be a number or a text'
export const uuid: KeyCheck = (value) =>
  typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
    ? undefined
    : 'must be a UUID in small letters'
export const oneOf =
  (values: readonly string[]): KeyCheck =>
  (value) => {
    if (typeof value === 'string' && values.includes(value)) return undefined
    return `must be one of ${values.join(', ')}${typeof value === 'string' ? suggest(value, values) : ''}`
  }
export const listOf =
  (item: KeyCheck, most: number): KeyCheck =>
  (value) => {
    if (!Array.isArray(value)) return 'must be a list'
    if (value.length > most) return `must have at most ${most} items`
    const problem = value.map(item).find((found) => found !== undefined)
    return problem && `has an item that ${problem}`
  }

/**
 * An object with known keys of the right types, in the order of `keys` and without flags that are false, or reports.
 * A key that is not known is refused with a hint.
 */
export function readObject<T>(value: Json | undefined, keys: Keys<T>, path: string, report: Report): T | undefined {
  if (!isObject(value)) return void report(path, 'wrong_type', 'must be an object')
  let sound = true
  const fail = (key: string, code: string, message: string): void => {
    sound = false
    report(joinPath(path, key), code, message)
  }
  for (const key of Object.keys(value))
    if (!Object.hasOwn(keys, key))
      fail(key, 'unknown_key', `${key} is not a key here${suggest(key, Object.keys(keys))}`)
  const result: JsonObject = {}
  for (const [key, check] of Object.entries<KeyCheck>(keys)) {
    const item = Object.hasOwn(value, key) ? value[key] : undefined
    if (item === undefined || (check === flag && item === false)) continue
    const problem = check(item)
    if (problem) fail(key, 'wrong_type', `${key} ${problem}`)
    else result[key] = item
  }
  return sound ? (result as T) : undefined
}

/** Each item of a list read by `read`, those that cannot be read left out; a report when it is no list. */
export function readList<T>(
  value: Json | undefined,
  most: number,
  path: string,
  report: Report,
  read: (item: Json, path: string) => T | undefined,
): T[] {
  if (value === undefined) return []
  if (!Array.isArray(value) || value.length > most) {
    report(path, 'wrong_type', `must be a list of at most ${most} items`)
    return []
  }
  return value.flatMap((item, index) => read(item, `${path}.${index}`) ?? [])
}
