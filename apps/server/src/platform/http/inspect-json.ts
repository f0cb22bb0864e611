import { AppError, invalidAt } from '../../lib/index.js'

const maxDepth = 64
const beyondExact = Symbol('a whole number beyond ±2^53−1')

/** Where one is in the body; it grows and shrinks on the way. */
type Path = (string | number)[]

/** What is inspected was parsed from here. */
interface Source {
  readonly text: string
  /** Whether it has `\u`. Only where that is written can a text hold U+0000 or half of a surrogate pair: all others need no look. */
  readonly escapes: boolean
}

/**
 * Refuses what JSON allows and no part of this server can take: keys that reach prototypes, texts PostgreSQL cannot store,
 * numbers JavaScript cannot hold, nesting without end. `text` is what `value` was parsed from, decoded from valid UTF-8.
 * @throws forbidden_key, invalid_body, validation_failed, each with the path
 */
export function inspectJson(value: unknown, text: string): void {
  inspect(value, { text, escapes: text.includes('\\u') }, [])
}

function inspect(value: unknown, source: Source, path: Path): void {
  if (typeof value === 'string') inspectText(value, path)
  else if (typeof value === 'number') inspectNumber(value, source.text, path)
  else if (typeof value === 'object' && value !== null) inspectMembers(value, source, path)
}

function inspectMembers(value: object, source: Source, path: Path): void {
  if (path.length >= maxDepth) throw new AppError('invalid_body', `The body is nested deeper than ${maxDepth} levels`)
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index++) inspectMember(value[index], index, source, path)
    return
  }
  // A body has no members but its own, and this makes no list of their names.
  for (const key in value) {
    if (key === '__proto__' || (key === 'constructor' && reachesPrototype(value)))
      throw invalidAt('forbidden_key', toText([...path, key]), `The key ${key} is not allowed`)
    if (source.escapes) inspectText(key, path)
    inspectMember((value as Record<string, unknown>)[key], key, source, path)
  }
}

/** The common values are judged in place: only the others are worth a path. */
function inspectMember(value: unknown, key: string | number, source: Source, path: Path): void {
  if (value === null || typeof value === 'boolean') return
  if (typeof value === 'string' && (!source.escapes || isStorable(value))) return
  if (typeof value === 'number' && (Number.isSafeInteger(value) || isFraction(value))) return
  path.push(key)
  inspect(value, source, path)
  path.pop()
}

const reachesPrototype = (value: object): boolean => {
  const inner = (value as { constructor: unknown }).constructor
  return typeof inner === 'object' && inner !== null && Object.hasOwn(inner, 'prototype')
}

const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000')
const isFraction = (value: number): boolean => Number.isFinite(value) && !Number.isInteger(value)

function inspectText(text: string, path: Path): void {
  if (isStorable(text)) return
  const what = text.includes('\u0000') ? 'the character U+0000' : 'half of a surrogate pair'
  throw invalidAt('validation_failed', toText(path), `A text may not contain ${what}`)
}

/** `1e300` is meant as it is read; `9007199254740993` would silently become another number. */
function inspectNumber(value: number, text: string, path: Path): void {
  if (!Number.isFinite(value)) throw invalidAt('validation_failed', toText(path), 'The number is too large')
  if (Number.isSafeInteger(value) || isFraction(value)) return
  const inexact = findInexact(text)
  if (inexact === undefined) return
  throw invalidAt(
    'validation_failed',
    toText(inexact),
    'Whole numbers beyond ±9007199254740991 are not exact in JSON; send them as text',
  )
}

/** Where a whole number that lost digits is written. Parses again with the source of each number, which is rarely needed. */
function findInexact(text: string): Path | undefined {
  const mark = (_key: string, value: unknown, context: { source?: string }) =>
    typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context.source ?? '')
      ? beyondExact
      : value
  return findMark(JSON.parse(text, mark as (key: string, value: unknown) => unknown))
}

function findMark(value: unknown): Path | undefined {
  if (value === beyondExact) return []
  if (typeof value !== 'object' || value === null) return undefined
  for (const [key, member] of Object.entries(value)) {
    const rest = findMark(member)
    if (rest) return [key, ...rest]
  }
  return undefined
}

const toText = (path: Path): string => path.join('.')
