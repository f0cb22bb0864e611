import type { Action, Json, RuleDefinition } from '@holdfast/contract'
import {
  isUserVariable,
  isVariable,
  parseRuleCondition,
  parseVariable,
  typeOfVariable,
  type UserVariable,
} from '../../query/index.js'
import type { Collection, Field, Report, Schema } from '../collection.js'
import { checkRuleTests } from './check-rule-tests.js'
import { errorsTo, failed } from './errors-to-reports.js'
import type { ReadDefinition } from './read-definition.js'
import type { Reports } from './reports.js'
import { checkPattern } from './reserved-names.js'
import { suggest } from './suggest.js'

export const actionsOf = ({ action }: RuleDefinition): readonly Action[] => (Array.isArray(action) ? action : [action])

const writes = (rule: RuleDefinition): boolean =>
  actionsOf(rule).some((action) => action === 'create' || action === 'update')
const reads = (rule: RuleDefinition): boolean => actionsOf(rule).includes('read')

/** Reports what is wrong with the rules of one collection of a compiled schema. */
export function checkRules(
  { definition, rulePaths }: Pick<ReadDefinition, 'definition' | 'rulePaths'>,
  schema: Schema,
  reports: Reports,
): void {
  const collection = schema.collections.get(definition.name)!
  definition.rules?.forEach((rule, index) => {
    const report = reports.at(rulePaths[index]!)
    checkRole(rule, report)
    checkActions(rule, report)
    if (rule.fields) checkRuleFields(rule.fields, rule, collection, report)
    if (rule.preset) checkPreset(rule.preset, rule, collection, schema, report)
    if (rule.conditions) checkConditions(rule.conditions, collection, schema, report)
    checkRuleTests(rule, collection, schema, report)
  })
}

function checkRole({ role }: RuleDefinition, report: Report): void {
  if (!checkPattern(role, 'role', report)) return
  if (role === 'admin') report('role', 'reserved_name', 'admin passes every rule and needs none')
}

function checkActions(rule: RuleDefinition, report: Report): void {
  const actions = actionsOf(rule)
  if (actions.length === 0) report('action', 'too_few', 'action must name at least one action')
  if (new Set(actions).size < actions.length) report('action', 'duplicate', 'an action is listed twice')
}

function checkRuleFields(
  fields: readonly string[],
  rule: RuleDefinition,
  collection: Collection,
  report: Report,
): void {
  if (fields.length === 0) report('fields', 'too_few', 'fields must name at least one field; leave it out for all')
  if (!reads(rule) && !writes(rule)) report('fields', 'unfit_key', 'fields does not fit the action delete')
  fields.forEach((name, index) => {
    const at = `fields.${index}`
    const field = collection.fields.get(name)
    if (!field && collection.inverses.has(name))
      report(at, 'inverse_relation', `${name} is no field: the rules of the collection it leads to decide about it`)
    else if (!field) report(at, 'unknown_field', unknownField(name, collection))
    else if (field.hidden) report(at, 'hidden_field', `${name} is hidden: no rule can open it`)
    else if (!reads(rule) && !field.writable) report(at, 'not_writable', `${name} cannot be written`)
    if (fields.indexOf(name) !== index) report(at, 'duplicate', `${name} is listed twice`)
  })
}

const unknownField = (name: string, collection: Collection): string =>
  `${name} is not a field of ${collection.name}${suggest(name, [...collection.fields.keys(), ...collection.inverses.keys()])}`

// ── presets ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function checkPreset(
  preset: { [field: string]: Json },
  rule: RuleDefinition,
  collection: Collection,
  schema: Schema,
  report: Report,
): void {
  if (!writes(rule)) report('preset', 'unfit_key', 'preset fits only the actions create and update')
  if (rule.deny) report('preset', 'unfit_key', 'preset does not fit a rule that denies')
  if (Object.keys(preset).length === 0)
    report('preset', 'too_few', 'preset must name at least one field; leave it out for none')
  for (const [name, value] of Object.entries(preset)) {
    const at = `preset.${name}`
    const field = collection.fields.get(name)
    if (!field) report(at, 'unknown_field', unknownField(name, collection))
    else if (!field.writable) report(at, 'not_writable', `${name} cannot be written`)
    else if (field.columnType === '') report(at, 'unfit_key', `${name} is a list of records and cannot be preset`)
    else checkPresetValue(value, field, schema, at, report)
  }
}

function checkPresetValue(value: Json, field: Field, schema: Schema, at: string, report: Report): void {
  const users = schema.collections.get('users')
  const variable = users && errorsTo(report, at, () => parseVariable(value, users, at))
  if (variable === failed) return
  if (isUserVariable(variable)) checkTeams([variable], schema, at, report)
  if (!isVariable(variable)) {
    if (value !== null) field.parseValue(value, at, report)
    else if (field.definition.required) report(at, 'required', `${field.name} is required and cannot become null`)
    return
  }
  const given = isUserVariable(variable)
    ? { type: typeOfVariable(variable), list: variable.list }
    : { type: field.sqlType === 'date' ? 'date' : 'timestamptz', list: false }
  if (given.type !== field.sqlType || given.list !== (field.comparison === 'list'))
    report(at, 'wrong_type', `${String(value)} is not of the type of ${field.name}`)
}

// ── conditions ───────────────────────────────────────────────────────────────────────────────────────────────────────

function checkConditions(
  conditions: NonNullable<RuleDefinition['conditions']>,
  collection: Collection,
  schema: Schema,
  report: Report,
): void {
  const users = schema.collections.get('users') ?? collection
  const parsed = errorsTo(report, 'conditions', () => parseRuleCondition(conditions, collection, users, 'conditions'))
  if (parsed !== failed) checkTeams(parsed.variables, schema, 'conditions', report)
}

/** Without teams the variables would quietly open nothing. */
function checkTeams(variables: readonly UserVariable[], { collections }: Schema, at: string, report: Report): void {
  const found = variables.find(({ of }) => of === 'memberships')
  if (!found || [...collections.values()].some(({ definition }) => definition.members)) return
  report(at, 'invalid_value', `$user.${found.path.join('.')} speaks of teams, and no collection has members`)
}
