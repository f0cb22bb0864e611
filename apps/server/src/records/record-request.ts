import type { IncomingMessage } from 'node:http'
import type { GuardedDirectRequest } from '../auth/index.js'
import { invalidAt } from '../lib/index.js'
import type { WriteOptions } from './write/write-steps.js'

/** A request for a collection, and for one of its records where the path names one. */
export type RecordRequest = GuardedDirectRequest & {
  readonly params: { readonly collection: string; readonly id: string }
}

export const collectionPath = '/api/v1/collections/{collection}'
export const listPath = `${collectionPath}/records`
export const recordPath = `${listPath}/{id}`

/** The query string, undecoded, without `?`. */
export function searchOf({ url = '' }: IncomingMessage): string {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at + 1)
}

/** @throws invalid_query for parameters in the URL */
export function refuseSearch(request: IncomingMessage): void {
  if (searchOf(request) !== '') throw invalidAt('invalid_query', '', 'This route takes no parameters')
}

/** What a write asks for beside its body. @throws invalid_value for If-Match */
export function writeOptions(request: IncomingMessage): WriteOptions {
  const version = parseIfMatch(request.headers['if-match'])
  return { search: searchOf(request), minimal: prefersMinimal(request), version }
}

/** `Prefer: return=minimal`: the write is to be answered without the record. */
export const prefersMinimal = ({ headers: { prefer } }: IncomingMessage): boolean =>
  typeof prefer === 'string' && /(?:^|[,;\s])return=minimal(?:$|[,;\s])/.test(prefer)

/** The unique key an upsert goes by, and the rest of what was asked. @throws invalid_query, invalid_value */
export function keyOptions(request: IncomingMessage): { by: string; options: WriteOptions } {
  const options = writeOptions(request)
  if (options.version !== undefined)
    throw invalidAt('invalid_value', 'If-Match', 'If-Match goes with the id of a record in the path')
  const parts = options.search.split('&')
  const keys = parts.filter((part) => part.startsWith('by='))
  if (keys.length > 1) throw invalidAt('invalid_query', 'by', 'by is given more than once')
  const by = new URLSearchParams(keys[0] ?? '').get('by') ?? 'id'
  return { by, options: { ...options, search: parts.filter((part) => !part.startsWith('by=')).join('&') } }
}

/** `"v7"` → 7. `*` matches every version. @throws invalid_value for an ETag that is not one of ours */
function parseIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined
  const match = /^"v(\d{1,10})"$/.exec(header)
  if (!match) throw invalidAt('invalid_value', 'If-Match', 'If-Match takes the ETag of the record, like "v7"')
  return Number(match[1])
}
