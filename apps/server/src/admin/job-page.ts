import { type JobInfo, type JobState, jobStates, type Page } from '@holdfast/contract'
import { parsePageQuery } from '../accounts/index.js'
import type { JobPlace, JobQuery, ListedJob } from '../jobs/index.js'
import { invalidAt } from '../lib/index.js'

const known = ['state', 'name', 'limit', 'cursor']

/** @throws invalid_query, invalid_cursor */
export function parseJobQuery(raw: Readonly<Record<string, unknown>>): JobQuery {
  const unknown = Object.keys(raw).find((key) => !known.includes(key))
  if (unknown !== undefined) throw invalidAt('invalid_query', unknown, `This list takes ${known.join(', ')}`)
  const { limit } = parsePageQuery(raw['limit'] === undefined ? {} : { limit: raw['limit'] })
  return { limit, state: parseState(raw['state']), name: parseName(raw['name']), after: parseCursor(raw['cursor']) }
}

/** The page out of what was found: one more than the limit tells that another follows. */
export function toJobPage(found: readonly ListedJob[], limit: number): Page<JobInfo> {
  const shown = found.slice(0, limit)
  const nextCursor = found.length > limit ? writeCursor(shown.at(-1)!.place) : null
  return { data: shown.map(({ info }) => info), meta: { nextCursor } }
}

function parseState(value: unknown): JobState | undefined {
  if (value === undefined) return undefined
  const state = jobStates.find((candidate) => candidate === value)
  if (state !== undefined) return state
  throw invalidAt('invalid_query', 'state', `state must be one of ${jobStates.join(', ')}`)
}

function parseName(value: unknown): string | undefined {
  if (value === undefined || (typeof value === 'string' && /^[\w.]{1,200}$/.test(value))) return value
  throw invalidAt('invalid_query', 'name', 'name must be the name of a kind of job, such as webhook.deliver')
}

const writeCursor = ({ createdAt, id }: JobPlace): string => Buffer.from(`${createdAt} ${id}`).toString('base64url')

/** As PostgreSQL writes a time in UTC, then an id. */
const place = /^(\d{4,6}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})?\+00) ([\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/

function parseCursor(value: unknown): JobPlace | undefined {
  if (value === undefined) return undefined
  const found = typeof value === 'string' ? place.exec(Buffer.from(value, 'base64url').toString('latin1')) : null
  const [, createdAt, id] = found ?? []
  if (createdAt !== undefined && id !== undefined && !Number.isNaN(Date.parse(createdAt))) return { createdAt, id }
  throw invalidAt('invalid_cursor', 'cursor', 'cursor must be the nextCursor of an earlier page')
}
