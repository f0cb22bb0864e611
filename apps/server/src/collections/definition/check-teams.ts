import type { CollectionDefinition } from '@holdfast/contract'
import { usersName } from './built-in.js'
import type { ReadDefinition } from './read-definition.js'
import { joinPath, type Reports } from './reports.js'
import { suggest } from './suggest.js'

/** Names that rules use for the teams of the caller. */
const variableNames = ['team', 'teams']

/** Reports what is wrong with the keys `members` and `tenant`. */
export function checkTeams(sources: readonly ReadDefinition[], reports: Reports): void {
  const [teams, ...others] = sources.filter(({ definition }) => definition.members)
  for (const { path } of others)
    reports.report(joinPath(path, 'members'), 'duplicate', `${teams!.definition.name} has members already`)
  if (teams) checkMembers(teams, sources, reports)
  for (const source of sources) if (source.definition.tenant !== undefined) checkTenant(source, teams, reports)
}

function checkMembers(
  { definition, path }: ReadDefinition,
  sources: readonly ReadDefinition[],
  reports: Reports,
): void {
  const at = joinPath(path, 'members')
  if (definition.name === usersName) reports.report(at, 'does_not_fit', 'users cannot be teams')
  const users = sources.find((source) => source.definition.name === usersName)?.definition
  const taken = users?.fields.find(({ name }) => variableNames.includes(name))
  if (taken)
    reports.report(
      at,
      'does_not_fit',
      `users have a field ${taken.name}, so that $user.${taken.name} means that: rename it`,
    )
}

function checkTenant({ definition, path }: ReadDefinition, teams: ReadDefinition | undefined, reports: Reports): void {
  const at = joinPath(path, 'tenant')
  const problem = findProblem(definition, teams?.definition)
  if (problem) reports.report(at, ...problem)
}

function findProblem(
  { name, members, tenant, fields }: CollectionDefinition,
  teams: CollectionDefinition | undefined,
): [code: string, message: string] | undefined {
  if (name === usersName) return ['does_not_fit', 'users belong to themselves: they may be members of many teams']
  if (members) return ['does_not_fit', 'a team belongs to no team: let a rule ask for $user.team']
  if (!teams) return ['does_not_fit', 'tenant needs a collection with members']
  const field = fields.find((candidate) => candidate.name === tenant)
  if (!field)
    return [
      'unknown_field',
      `${tenant} is not a field of ${name}${suggest(
        tenant!,
        fields.map((one) => one.name),
      )}`,
    ]
  const leads = field.type === 'relation' && !field.many && field.collection === teams.name
  if (!leads && field.type !== 'uuid')
    return ['wrong_type', `${tenant} must be a relation to one record of ${teams.name}, or a uuid`]
  return undefined
}
