import { type ApiKeys, assumedUser, nobody, type Principal, publicPrincipal } from '../../auth/index.js'
import type { Schema } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { As } from './parse-explain.js'

/** Somebody whose permissions are explained, as if they asked. */
export interface ExplainedCaller {
  readonly principal: Principal
  /** In a sentence: "a user with the role editor". */
  readonly label: string
}

/** @throws invalid_value for a user, role or key that is not there */
export async function findCaller(as: As, schema: Schema, executor: Executor, keys: ApiKeys): Promise<ExplainedCaller> {
  if ('apiKey' in as) return findKey(as.apiKey, keys)
  if ('user' in as) return findUser(as.user, as.team, executor)
  const { role } = as
  if (role === 'public') return { principal: publicPrincipal, label: 'somebody who is not signed in' }
  if (role === 'user') return { principal: assumedUser(nobody, []), label: 'a signed-in user' }
  await requireRole(role, schema, executor)
  return { principal: assumedUser(nobody, [role]), label: `a user with the role ${role}` }
}

async function findKey(id: string, keys: ApiKeys): Promise<ExplainedCaller> {
  const key = (await keys.load([id])).get(id)
  if (!key) throw invalidAt('invalid_value', 'as.apiKey', 'There is no such API key, or it is over')
  const { principal } = key
  const named = principal.roles.length === 0 ? 'no role' : `the roles ${principal.roles.join(', ')}`
  const holder = principal.kind === 'user' ? ` of the user ${principal.userId}` : ''
  return { principal, label: `the API key ${id}${holder} with ${named}` }
}

async function findUser(id: string, team: string | undefined, executor: Executor): Promise<ExplainedCaller> {
  const { rows } = await executor.run({ text: findRoles, values: [id] })
  if (!rows[0]) throw invalidAt('invalid_value', 'as.user', 'There is no such user')
  const roles = JSON.parse(rows[0][0] as string) as string[]
  const named = roles.length === 0 ? 'no role of their own' : `the roles ${roles.join(', ')}`
  return {
    principal: assumedUser(id, roles, team),
    label: `the user ${id} with ${named}`,
  }
}

const findRoles = `
  select to_json(array(select role from holdfast.user_roles r where r.user_id = u.id order by role collate "C"))::text
  from public.users u where u.id = $1`

/** A role that a rule speaks about exists as far as rules go, whether or not somebody has it. */
async function requireRole(role: string, { collections }: Schema, executor: Executor): Promise<void> {
  for (const { definition } of collections.values()) if (definition.rules?.some((rule) => rule.role === role)) return
  const { rows } = await executor.run({ text: 'select 1 from holdfast.roles where name = $1', values: [role] })
  if (!rows[0])
    throw invalidAt('invalid_value', 'as.role', 'There is no such role', 'Make it first: POST /api/v1/admin/roles')
}
