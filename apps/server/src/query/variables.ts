import { type Json, namePattern } from '@holdfast/contract'
import { invalidAt } from '../lib/index.js'
import type { FieldShape, RecordShape } from './shape.js'

/** `$user.<path>`: something about the caller, looked up when the statement runs. */
export interface UserVariable {
  readonly variable: 'user'
  /** `id`, `roles`, `team`, `teams`, `teams.<role>`, or fields of the users collection: to-one relations first, then the field. */
  readonly path: readonly string[]
  /** What tells its value: the principal, the memberships of the caller, or the record of the caller. */
  readonly of: 'principal' | 'memberships' | 'record'
  /** The fields along the path; empty unless it is of the record. */
  readonly fields: readonly FieldShape[]
  /** The table that holds users. */
  readonly users: string
  /** The variable holds several values: `roles`, `teams`, a list field or a to-many relation. */
  readonly list: boolean
}

/** `$now`, `$now(-7d)`: the time the statement runs, moved by seconds. */
export interface Now {
  readonly variable: 'now'
  readonly offsetSeconds: number
}

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const

export const isVariable = (value: unknown): value is UserVariable | Now =>
  typeof value === 'object' && value !== null && 'variable' in value

/** `$user.team`: the team the caller has switched to, while they are a member of it. */
export const currentTeam: UserVariable = Object.freeze({
  variable: 'user',
  path: Object.freeze(['team']),
  of: 'memberships',
  fields: Object.freeze([]),
  users: '',
  list: false,
})

export const isUserVariable = (value: unknown): value is UserVariable => isVariable(value) && value.variable === 'user'

/**
 * The variable that a text of a rule names, or undefined when it is plain text.
 * @throws invalid_value for a path that leads nowhere
 */
export function parseVariable(value: Json, users: RecordShape, at: string): UserVariable | Now | undefined {
  if (typeof value !== 'string') return undefined
  if (value.startsWith('$now')) return parseNow(value, at)
  if (value.startsWith('$user')) return parseUserVariable(value, users, at)
  return undefined
}

function parseNow(text: string, at: string): Now {
  if (text === '$now') return { variable: 'now', offsetSeconds: 0 }
  const match = /^\$now\(([+-])(\d{1,6})([smhdw])\)$/.exec(text)
  if (!match) throw invalidAt('invalid_value', at, `${text} is not a time`, 'Write $now, $now(-7d) or $now(+2h).')
  const [, sign, amount, unit] = match
  const seconds = Number(amount) * secondsOf[unit as keyof typeof secondsOf]
  return { variable: 'now', offsetSeconds: sign === '-' ? -seconds : seconds }
}

function parseUserVariable(text: string, users: RecordShape, at: string): UserVariable {
  const path = text.slice('$user.'.length).split('.')
  if (!text.startsWith('$user.') || path.some((part) => part === ''))
    throw invalidAt('invalid_value', at, `${text} names nothing`, 'Write $user.id, $user.roles or $user.<field>.')
  const base = { variable: 'user', path, users: users.table } as const
  if (text === '$user.id') return { ...base, of: 'principal', fields: [], list: false }
  if (text === '$user.roles') return { ...base, of: 'principal', fields: [], list: true }
  const ofTeams = users.field(path[0]!) ? undefined : parseTeamVariable(path, text, at)
  if (ofTeams) return ofTeams
  const fields = resolveUserPath(path, users, at, text)
  const last = fields.at(-1)!
  return { ...base, of: 'record', fields, list: last.comparison === 'list' || last.relation?.kind === 'many' }
}

/** `$user.team`, `$user.teams`, `$user.teams.owner`. Where users have fields of these names, those are meant. */
function parseTeamVariable(path: readonly string[], text: string, at: string): UserVariable | undefined {
  const [first, role] = path
  if (first === 'team' && path.length === 1) return currentTeam
  if (first !== 'teams') return undefined
  if (path.length > 2 || (role !== undefined && !namePattern.test(role)))
    throw invalidAt('invalid_value', at, `${text} names nothing`, 'Write $user.teams, or $user.teams.owner.')
  return { variable: 'user', path, of: 'memberships', fields: [], users: '', list: true }
}

/** The PostgreSQL type of its value, or of each of its values. */
export function typeOfVariable({ of, path, fields }: UserVariable): string {
  if (of === 'record') return fields.at(-1)!.sqlType
  return path[0] === 'roles' ? 'text' : 'uuid'
}

function resolveUserPath(path: readonly string[], users: RecordShape, at: string, text: string): FieldShape[] {
  let shape: RecordShape | undefined = users
  return path.map((name, index) => {
    const field: FieldShape | undefined = shape?.field(name)
    const last = index === path.length - 1
    if (!field || field.relation?.kind === 'inverse' || (!last && field.relation?.kind !== 'one'))
      throw invalidAt('invalid_value', at, `${text}: ${name} is not a field it can follow`)
    shape = field.relation?.target()
    return field
  })
}
