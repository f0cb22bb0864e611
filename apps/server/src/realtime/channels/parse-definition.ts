import {
  type ChannelAction,
  type ChannelDefinition,
  type ChannelRule,
  channelActions,
  type ErrorItem,
  type Json,
} from '@holdfast/contract'
import {
  type Collection,
  checkPattern,
  errorsTo,
  type Report,
  Reports,
  type Schema,
  shapes,
} from '../../collections/index.js'
import { nearestWord } from '../../lib/index.js'
import { parseRuleCondition } from '../../query/index.js'

/** A definition that was checked against the schema of today. */
export interface CheckedChannel {
  readonly definition: ChannelDefinition
  /** The id of its collection. */
  readonly collectionId: string | null
}

const name = shapes.text(200)
const description = shapes.text(2000)
const anything: shapes.KeyCheck = () => undefined

const channelKeys: shapes.Keys<ChannelDefinition> = { name, description, collection: name, rules: anything }

const action = shapes.oneOf(channelActions)
const ruleKeys: shapes.Keys<ChannelRule> = {
  role: name,
  action: (value) => (Array.isArray(value) ? shapes.listOf(action, channelActions.length)(value) : action(value)),
  conditions: shapes.object,
}

export const actionsOf = ({ action: given }: ChannelRule): readonly ChannelAction[] =>
  Array.isArray(given) ? given : [given]

/** What an admin sent → a definition that fits the schema. @throws invalid_definition with all that is wrong */
export function parseDefinition(raw: Json, schema: Schema): CheckedChannel {
  const reports = new Reports()
  const whole = shapes.readObject<ChannelDefinition>(raw, channelKeys, '', reports.report)
  const source: shapes.JsonObject = shapes.isObject(raw) ? raw : {}
  if (whole) checkName(source['name'], reports.report)
  const collection = whole?.collection === undefined ? undefined : findCollection(whole.collection, schema, reports)
  const rules = shapes.readList(source['rules'], 100, 'rules', reports.report, (item, path) =>
    readRule(item, path, reports),
  )
  if (whole?.collection === undefined || collection)
    for (const [index, rule] of rules.entries()) checkConditions(rule, index, collection, schema, reports)
  reports.throwIfAny()
  return { definition: { ...whole!, rules }, collectionId: collection?.id ?? null }
}

function checkName(given: Json | undefined, report: Report): void {
  if (given === undefined) report('name', 'required', 'name is required')
  else if (typeof given === 'string') checkPattern(given, 'name', report)
}

function findCollection(wanted: string, schema: Schema, reports: Reports): Collection | undefined {
  const collection = schema.collections.get(wanted)
  if (collection) return collection
  const near = nearestWord(wanted, [...schema.collections.keys()])
  const hint = near === undefined ? '' : `. Did you mean ${near}?`
  return void reports.report('collection', 'unknown_collection', `there is no collection ${wanted}${hint}`)
}

function readRule(item: Json, path: string, reports: Reports): ChannelRule | undefined {
  const before = reports.items.length
  const rule = shapes.readObject<ChannelRule>(item, ruleKeys, path, reports.report)
  if (!rule) return undefined
  const report = reports.at(path)
  for (const key of ['role', 'action'] as const)
    if (rule[key] === undefined) report(key, 'required', `${key} is required`)
  if (reports.items.length > before) return undefined
  if (checkPattern(rule.role, 'role', report) && rule.role === 'admin')
    report('role', 'reserved_name', 'admin passes every rule and needs none')
  const actions = actionsOf(rule)
  if (actions.length === 0) report('action', 'too_few', 'action must name at least one action')
  if (new Set(actions).size < actions.length) report('action', 'duplicate', 'an action is listed twice')
  return rule
}

function checkConditions(
  { conditions }: ChannelRule,
  index: number,
  collection: Collection | undefined,
  schema: Schema,
  reports: Reports,
): void {
  if (!conditions) return
  const report = reports.at(`rules.${index}`)
  const users = schema.collections.get('users')!
  if (collection) errorsTo(report, 'conditions', () => parseRuleCondition(conditions, collection, users, 'conditions'))
  else report('conditions', 'unfit_key', 'conditions are about a record: they need a channel with a collection')
}

/** What is wrong with a stored definition since the schema changed; rules with a problem open nothing. */
export function isSoundRule({ conditions }: ChannelRule, collection: Collection, users: Collection): boolean {
  const problems: ErrorItem[] = []
  if (conditions)
    errorsTo(
      (path, code, message) => problems.push({ path, code, message }),
      'conditions',
      () => parseRuleCondition(conditions, collection, users),
    )
  return problems.length === 0
}
