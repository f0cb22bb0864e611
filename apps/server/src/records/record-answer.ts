import type { Answer } from '../platform/http/index.js'
import type { Written } from './write/run-write.js'

/** A written record; `null` where the caller may write what they may not read. Without a body where it is `minimal`. */
export function writtenAnswer(status: 200 | 201, { json, version }: Written, minimal: boolean): Answer {
  if (minimal) return { status: status === 201 ? 201 : 204 }
  return { status, body: `{"data":${json ?? 'null'}}`, ...etagOf(version) }
}

/** Written records, in the order they were given. */
export function writtenListAnswer(status: 200 | 201, written: readonly Written[], minimal: boolean): Answer {
  if (minimal) return { status: status === 201 ? 201 : 204 }
  return { status, body: `{"data":[${written.map(({ json }) => json ?? 'null').join(',')}]}` }
}

/** None where the caller may not read the version. */
export const etagOf = (version: number | null): Pick<Answer, 'headers'> =>
  version === null ? {} : { headers: { etag: `"v${version}"` } }
