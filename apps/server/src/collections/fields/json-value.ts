import type { Json } from '@holdfast/contract'
import type { Report } from '../collection.js'
import { isStorableText } from './text-value.js'

export interface JsonProblem {
  readonly path: string
  readonly code: string
  readonly message: string
}

/** How deep a value may be nested. */
export const maxDepth = 32

/** The first thing in a JSON value that PostgreSQL could not store and give back as it was, or undefined. */
export function findJsonProblem(value: Json, path: string, depth = maxDepth): JsonProblem | undefined {
  if (typeof value === 'string') return isStorableText(value) ? undefined : unstorable(path)
  if (typeof value === 'number') return isExact(value) ? undefined : inexact(path)
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === 0) return { path, code: 'too_deep', message: `is nested deeper than ${maxDepth}` }
  for (const [key, item] of Object.entries(value)) {
    const problem = findKeyProblem(key, path) ?? findJsonProblem(item, path === '' ? key : `${path}.${key}`, depth - 1)
    if (problem) return problem
  }
  return undefined
}

function findKeyProblem(key: string, path: string): JsonProblem | undefined {
  if (key === '__proto__') return { path, code: 'forbidden_key', message: 'has the key __proto__' }
  return isStorableText(key) ? undefined : unstorable(path)
}

/** Beyond 2^53 − 1 a whole number may have been rounded before it came here. */
const isExact = (value: number): boolean =>
  Number.isFinite(value) && (!Number.isInteger(value) || Number.isSafeInteger(value))

const unstorable = (path: string): JsonProblem => ({
  path,
  code: 'invalid_text',
  message: 'has a character that cannot be stored (U+0000 or half a surrogate pair)',
})
const inexact = (path: string): JsonProblem => ({
  path,
  code: 'out_of_range',
  message: 'is a number that JSON does not carry exactly',
})

const maxJsonLength = 1_000_000

/** JSON text that PostgreSQL stores and gives back as the same value, or a report. Of a part, `depth` says how deep it may go on. */
export function parseJson(value: Json, path: string, report: Report, depth = maxDepth): string | undefined {
  const problem = findJsonProblem(value, path, depth)
  if (problem) return void report(problem.path, problem.code, `${problem.path} ${problem.message}`)
  const text = JSON.stringify(value)
  if (text.length > maxJsonLength)
    return void report(path, 'too_long', `${path} must be at most ${maxJsonLength} characters of JSON`)
  return text
}
