import type { Action, Json, RuleDefinition } from '@holdfast/contract'
import type { Collection, SqlValue } from '../collections/index.js'
import {
  ALWAYS,
  and,
  type Condition,
  isUserVariable,
  KnownCondition,
  NEVER,
  type Now,
  not,
  or,
  parseRuleCondition,
  parseVariable,
  type RuleCondition,
  type UserVariable,
} from '../query/index.js'

/** A rule as it stands for one set of roles. */
export interface CompiledRule {
  /** Its place in the collection's rules. */
  readonly index: number
  readonly actions: readonly Action[]
  readonly condition: Condition
  /** Undefined: every field that is not hidden. */
  readonly fields: ReadonlySet<string> | undefined
  readonly preset: ReadonlyMap<string, PresetValue>
  readonly deny: boolean
  /** Why the condition is not that of the rule: it speaks about the caller and nobody is signed in, or it names no field. */
  readonly replaced: 'needsUser' | 'noFields' | undefined
}

/** A value the server sets, known at once or looked up when the statement runs. */
export type PresetValue = { readonly value: SqlValue } | { readonly variable: UserVariable | Now }

/** The roles whose rules count: `public` always, `user` when signed in, named ones. */
export type RoleSet = ReadonlySet<string>

/**
 * The rules of a collection that speak about these roles, denials last, so that they win.
 * A rule whose variables have no value for nobody (`$user` when nobody is signed in) gives nothing, and a denial of that
 * kind takes everything: empty and missing deny. So does an empty list of fields.
 */
export function compileRules(
  collection: Collection,
  users: Collection,
  roles: RoleSet,
  definitions: readonly RuleDefinition[] = collection.definition.rules ?? [],
): CompiledRule[] {
  const rules = definitions.flatMap((rule, index) =>
    roles.has(rule.role) ? [compileRule(rule, index, collection, users, roles.has('user'))] : [],
  )
  return [...rules.filter((rule) => !rule.deny), ...rules.filter((rule) => rule.deny)]
}

function compileRule(
  rule: RuleDefinition,
  index: number,
  collection: Collection,
  users: Collection,
  signedIn: boolean,
): CompiledRule {
  const deny = rule.deny === true
  const preset = compilePreset(rule.preset ?? {}, collection, users)
  const { condition, variables: compared } = parseConditions(rule, collection, users)
  const variables = [...compared, ...variablesOfPreset(preset)]
  const noFields = rule.fields?.length === 0
  const lacksUser = !signedIn && needsUser(variables)
  return {
    index,
    actions: Array.isArray(rule.action) ? rule.action : [rule.action],
    condition: noFields && !deny ? NEVER : guard(condition, variables, deny, lacksUser),
    fields: noFields ? undefined : rule.fields && new Set(rule.fields),
    preset,
    deny,
    replaced: noFields && !deny ? 'noFields' : lacksUser ? 'needsUser' : undefined,
  }
}

const needsUser = (variables: readonly UserVariable[]): boolean =>
  variables.some((variable) => variable.path[0] !== 'roles')

/** A missing variable must never widen: it makes a rule give nothing, and a denial take everything. */
function guard(condition: Condition, variables: readonly UserVariable[], deny: boolean, lacksUser: boolean): Condition {
  if (lacksUser) return deny ? ALWAYS : NEVER
  const looked = variables.filter(({ of }) => of !== 'principal')
  if (looked.length === 0) return condition
  const known = new KnownCondition(looked)
  return deny ? or(not(known), condition) : and(known, condition)
}

const parseConditions = ({ conditions }: RuleDefinition, collection: Collection, users: Collection): RuleCondition =>
  conditions ? parseRuleCondition(conditions, collection, users) : { condition: ALWAYS, variables: [] }

const variablesOfPreset = (preset: ReadonlyMap<string, PresetValue>): UserVariable[] =>
  [...preset.values()].flatMap((entry) =>
    'variable' in entry && isUserVariable(entry.variable) ? [entry.variable] : [],
  )

function compilePreset(
  preset: { readonly [field: string]: Json },
  collection: Collection,
  users: Collection,
): ReadonlyMap<string, PresetValue> {
  return new Map(Object.entries(preset).map(([name, raw]) => [name, compilePresetValue(name, raw, collection, users)]))
}

function compilePresetValue(name: string, raw: Json, collection: Collection, users: Collection): PresetValue {
  const variable = parseVariable(raw, users, `preset.${name}`)
  if (variable) return { variable }
  if (raw === null) return { value: null }
  const value = collection.fields.get(name)?.parseValue(raw, name, (path, _code, message) => {
    throw new Error(`The preset of ${collection.name}.${path} is invalid: ${message}`)
  })
  if (value === undefined) throw new Error(`The preset of ${collection.name}.${name} is invalid`)
  return { value }
}
