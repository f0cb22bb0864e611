import type { Json, RuleTest } from '@holdfast/contract'
import type { Collection } from '../../collections/index.js'
import type { MatchRecord, MatchUser, UserVariable } from '../../query/index.js'
import type { TestRecords } from './test-record.js'

/** Somebody a test speaks of. */
export interface TestUser extends MatchUser {
  /** Whose rules count; undefined for admins. */
  readonly roleSet: ReadonlySet<string> | undefined
}

/** The id of a user who is nobody in particular. */
const nobody = '00000000-0000-0000-0000-000000000000'

/** `public`, the name of a role, or a user with the fields that rules ask for. */
export function readTestUser(as: RuleTest['as'], users: Collection, records: TestRecords): TestUser {
  if (as === 'public') return { ...userOf(undefined, ['public']), value: () => null }
  if (typeof as === 'string') return readTestUser({ roles: as === 'user' ? [] : [as] }, users, records)
  const { roles = [], ...given } = as
  const { team, teams, fields } = splitTeams(given, users)
  const record = records.add({ id: nobody, ...fields }, users)
  const named = roles as string[]
  const value = (variable: UserVariable): Json | undefined =>
    variable.of === 'memberships' ? teamsOf(variable, team, teams) : follow(record, variable, records)
  return { ...userOf(record['id'] as string, ['public', 'user', ...named]), value }
}

const userOf = (id: string | undefined, roles: readonly string[]): Omit<TestUser, 'value'> => ({
  id,
  roles,
  roleSet: roles.includes('admin') ? undefined : new Set(roles),
})

type Fields = { readonly [field: string]: Json }

/** `team` and `teams` are no fields of users, unless users have such fields: then rules mean those. */
function splitTeams(given: Fields, users: Collection): { team: Json; teams: Json; fields: Fields } {
  const { team, teams, ...fields } = given
  const own: Fields = {
    ...(users.fields.has('team') && team !== undefined && { team }),
    ...(users.fields.has('teams') && teams !== undefined && { teams }),
  }
  return { team: team ?? null, teams: teams ?? (team === undefined ? [] : [team]), fields: { ...fields, ...own } }
}

/** `teams` is a list of ids, or has the roles by id: `{"<id>": ["owner"]}`. */
function teamsOf({ path: [name, role] }: UserVariable, team: Json, teams: Json): Json {
  if (name === 'team') return team
  if (Array.isArray(teams)) return role === undefined ? teams : []
  const entries = Object.entries(teams as { [id: string]: Json })
  return entries.filter(([, roles]) => role === undefined || [roles].flat().includes(role)).map(([id]) => id)
}

function follow(user: MatchRecord, { fields }: UserVariable, records: TestRecords): Json | undefined {
  let record = user
  for (const field of fields.slice(0, -1)) {
    const next = records.related(record, field)
    if (!next) return undefined
    if (!next[0]) return null
    record = next[0]
  }
  return record[fields.at(-1)!.name]
}
