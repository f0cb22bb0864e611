import { type ChannelAction, channelActions, type Json } from '@holdfast/contract'
import { isAdmin, isInTeam, type Principal, scopeOf } from '../../auth/index.js'
import type { Collection, Schema } from '../../collections/index.js'
import { bindingsOf, openRecords } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import {
  bindParams,
  conditionToSql,
  type ParamSource,
  Params,
  parseRuleCondition,
  RelationCondition,
  SqlContext,
  type UserVariable,
  walk,
} from '../../query/index.js'
import { actionsOf, type CheckedChannel, isSoundRule } from './parse-definition.js'

/** What somebody may do in a channel. */
export type Rights = { readonly [A in ChannelAction]: boolean }

export const noRights: Rights = Object.freeze({ join: false, send: false, presence: false })
const allRights: Rights = Object.freeze({ join: true, send: true, presence: true })

/** How rights in the channels of one kind are found for callers of the same roles. */
export type RightsPlan =
  /** The same for everyone who has these roles. */
  | { readonly fixed: Rights }
  /** By the record, which PostgreSQL is asked about. `forAll`: whoever has these roles gets the same answer. */
  | { readonly text: string; readonly sources: readonly ParamSource[]; readonly forAll: boolean }

export function planRights(
  { definition, collectionId }: CheckedChannel,
  collection: Collection | undefined,
  schema: Schema,
  principal: Principal,
): RightsPlan {
  // What a key is limited to names collections and actions: channels are neither.
  if (scopeOf(principal)) return { fixed: noRights }
  const roles = isAdmin(principal) ? undefined : new Set(bindingsOf(principal).roles)
  const rulesFor = (action: ChannelAction) => definition.rules.filter((rule) => actionsOf(rule).includes(action))
  if (collectionId === null) {
    if (!roles) return { fixed: allRights }
    return { fixed: rightsOf((action) => rulesFor(action).some(({ role }) => roles.has(role))) }
  }
  if (!collection) return { fixed: noRights }
  const users = schema.collections.get('users')!
  const scopes = channelActions.map((action) => {
    // A rule that makes no sense since the schema changed opens nothing.
    const sound = rulesFor(action).filter((rule) => isSoundRule(rule, collection, users))
    const scope = openRecords(sound, collection, users, roles)
    return isInTeam(principal) ? scope?.inTeam() : scope
  })
  if (scopes.every((scope) => scope === undefined)) return { fixed: noRights }
  const context = new SqlContext(new Params())
  const ids = context.params.input(0)
  const columns = scopes.map((scope) =>
    scope ? `(${conditionToSql(scope.condition, 'p', context)}) is true` : 'false',
  )
  const text = `select p."id"::text, ${columns.join(', ')} from ${collection.table} p where p."id" = any(${ids}::uuid[])`
  const { sources } = context.params
  return {
    text,
    sources,
    forAll: !sources.some(({ from }) => from === 'userId' || from === 'roles' || from === 'teamId'),
  }
}

const rightsOf = (may: (action: ChannelAction) => boolean): Rights => ({
  join: may('join'),
  send: may('send'),
  presence: may('presence'),
})

/** What the principal may do in the channels of these records. A record that is not there gives no rights. */
export async function askRights(
  db: Executor,
  plan: Exclude<RightsPlan, { fixed: Rights }>,
  principal: Principal,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Rights>> {
  const { rows } = await db.run({
    text: plan.text,
    values: bindParams(plan.sources, { ...bindingsOf(principal), inputs: [ids] }),
  })
  return new Map(
    (rows as [string, boolean, boolean, boolean][]).map(([id, join, send, presence]) => [id, { join, send, presence }]),
  )
}

/** What rights in the channels of one kind hang on, beside the record. */
export interface Dependencies {
  /** Ids of collections, whose changes may change the rights of anybody. */
  readonly collectionIds: ReadonlySet<string>
  /** Fields of the user who asks. */
  readonly ofUser: boolean
}

export function findDependencies({ definition }: CheckedChannel, collection: Collection, schema: Schema): Dependencies {
  const users = schema.collections.get('users')!
  const found = new Set<string>()
  let ofUser = false
  const follow = (variables: readonly UserVariable[]): void => {
    for (const { fields } of variables) {
      ofUser ||= fields.length > 0
      for (const { relation } of fields.slice(0, -1)) if (relation) found.add((relation.target() as Collection).id)
    }
  }
  for (const rule of definition.rules) {
    if (!rule.conditions || !isSoundRule(rule, collection, users)) continue
    const { condition, variables } = parseRuleCondition(rule.conditions as Json, collection, users)
    follow(variables)
    walk(condition, (node) => {
      if (node instanceof RelationCondition) found.add((node.shape.relation!.target() as Collection).id)
    })
  }
  return { collectionIds: found, ofUser }
}
