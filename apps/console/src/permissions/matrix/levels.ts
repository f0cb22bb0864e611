import {
  type Action,
  actions,
  type CollectionDefinition,
  type FieldDefinition,
  type RuleDefinition,
} from '@holdfast/contract'
import { actionsOf } from '../rule-words'

/** How far something is open: in every record; in every record, but not every field; where a condition holds; nowhere. */
export type Level = 'all' | 'fields' | 'rows' | 'none'

export interface Access {
  readonly level: Level
  /** By what `public` or `user` may do alone. */
  readonly inherited: boolean
}

/** Whose rules somebody with the role has, who has no other. */
export const rolesWithin = (role: string): readonly string[] =>
  role === 'public' ? ['public'] : role === 'user' ? ['public', 'user'] : ['public', 'user', role]

/** The rules of a collection that count for a role and an action. */
export const rulesFor = ({ rules = [] }: CollectionDefinition, role: string, action?: Action): RuleDefinition[] => {
  const roles = rolesWithin(role)
  return rules.filter((rule) => roles.includes(rule.role) && (!action || actionsOf(rule).includes(action)))
}

/** What a role may do with records of a collection, as far as the rules alone tell. */
export function accessOf(collection: CollectionDefinition, role: string, action: Action): Access {
  if (role === 'admin') return { level: 'all', inherited: false }
  const rules = isShut(collection, role) ? [] : rulesFor(collection, role, action)
  return {
    level: limitToTeam(collection, levelOf(rules, collection)),
    inherited: !rules.some((rule) => rule.role === role),
  }
}

function levelOf(rules: readonly RuleDefinition[], collection: CollectionDefinition): Level {
  const allowing = rules.filter(({ deny }) => !deny)
  const denying = rules.filter(({ deny }) => deny)
  if (allowing.length === 0 || denying.some((rule) => !isConditional(rule) && !rule.fields)) return 'none'
  const everywhere = allowing.filter((rule) => !isConditional(rule))
  if (everywhere.length === 0 || denying.some((rule) => isConditional(rule) && !rule.fields)) return 'rows'
  const isWhole = everywhere.some(({ fields }) => !fields || coversAll(fields, collection))
  return isWhole && denying.length === 0 ? 'all' : 'fields'
}

/** What a role may do with one field: `fields` is no answer here. */
export function fieldLevelOf(
  collection: CollectionDefinition,
  role: string,
  action: Exclude<Action, 'delete'>,
  { name, hidden = false }: FieldDefinition,
): Exclude<Level, 'fields'> {
  if (role === 'admin') return 'all'
  if (isShut(collection, role)) return 'none'
  const rules = rulesFor(collection, role, action)
  const allowing = rules.filter(({ deny, fields }) => !deny && (fields ? fields.includes(name) : !hidden))
  const denying = rules.filter(({ deny, fields }) => deny && (!fields || fields.includes(name)))
  if (allowing.length === 0 || denying.some((rule) => !isConditional(rule))) return 'none'
  const everywhere = allowing.some((rule) => !isConditional(rule)) && denying.length === 0
  return everywhere && collection.tenant === undefined ? 'all' : 'rows'
}

export const isConditional = ({ conditions }: RuleDefinition): boolean =>
  conditions !== undefined && Object.keys(conditions).length > 0

const coversAll = (fields: readonly string[], collection: CollectionDefinition): boolean =>
  collection.fields.every(({ name, hidden }) => hidden || fields.includes(name))

/** Who is not signed in is in no team. */
const isShut = ({ tenant }: CollectionDefinition, role: string): boolean => tenant !== undefined && role === 'public'

const limitToTeam = ({ tenant }: CollectionDefinition, level: Level): Level =>
  tenant === undefined || level === 'none' ? level : 'rows'

const words: Readonly<Record<Level, string>> = {
  all: 'all',
  fields: 'some fields',
  rows: 'by condition',
  none: 'none',
}

export const levelWord = (level: Level): string => words[level]

/** `read all, create none, …`: a cell for those who cannot see it. */
export const describeAccess = (collection: CollectionDefinition, role: string): string =>
  actions.map((action) => `${action} ${words[accessOf(collection, role, action).level]}`).join(', ')
