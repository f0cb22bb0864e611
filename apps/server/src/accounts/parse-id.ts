import { invalidAt } from '../lib/index.js'

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/

export const isId = (text: string): boolean => uuid.test(text)

/** An id from a path. @throws invalid_id */
export function parseId(text: string): string {
  const id = text.toLowerCase()
  if (!isId(id)) throw invalidAt('invalid_id', 'id', 'The id must be a UUID')
  return id
}
