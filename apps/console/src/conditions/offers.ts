import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { fieldsBehind, followPath, suggestPaths } from '../filter/field-paths'
import { operatorName, operatorsOf } from '../filter/operators'
import { shownType } from '../records/cells/field-text'
import type { JsonPlace } from './json-place'
import type { Offer } from './offer'
import { variablesFor } from './variables'

/** What a text is about. */
export interface ConditionScope {
  readonly fields: readonly FieldDefinition[]
  readonly collections: readonly CollectionDefinition[]
  /** Values of fields in place of a condition, as a preset has them. */
  readonly root?: 'condition' | 'values'
  /** `$user.…` and `$now`, which rules know and filters do not. */
  readonly variables?: boolean
}

/** What the grammar has at some level of the text. */
type Level =
  | { readonly in: 'condition' | 'values'; readonly fields: readonly FieldDefinition[] }
  | { readonly in: 'conditions'; readonly fields: readonly FieldDefinition[] }
  | {
      readonly in: 'field' | 'items' | 'reference'
      readonly field: FieldDefinition
      readonly fields: readonly FieldDefinition[]
    }
  | { readonly in: 'boolean' | 'nothing' }

const nothing: Level = { in: 'nothing' }

/** Everything that may stand at a place of a condition. */
export function offersAt(place: JsonPlace, scope: ConditionScope): readonly Offer[] {
  const root: Level = { in: scope.root ?? 'condition', fields: scope.fields }
  const level = place.path.reduce<Level>((reached, key) => step(reached, key, scope), root)
  return place.at === 'key'
    ? keysAt(level, place.typed, scope)
    : valuesAt(place.key === undefined ? nothing : step(level, place.key, scope), scope)
}

function step(level: Level, key: string | number, { collections }: ConditionScope): Level {
  switch (level.in) {
    case 'condition':
      if (key === '$and' || key === '$or') return { in: 'conditions', fields: level.fields }
      if (key === '$not') return level
      return ofField(String(key), level.fields, collections)
    case 'values':
      return ofField(String(key), level.fields, collections)
    case 'conditions':
      return typeof key === 'number' ? { in: 'condition', fields: level.fields } : nothing
    case 'field':
      return ofOperator(level, String(key), collections)
    case 'items':
      return typeof key === 'number' ? { ...level, in: 'field' } : nothing
    default:
      return nothing
  }
}

function ofField(path: string, fields: readonly FieldDefinition[], collections: ConditionScope['collections']): Level {
  const end = followPath(path, fields, collections)
  return end ? { in: 'field', field: end.field, fields } : nothing
}

function ofOperator(
  level: Extract<Level, { in: 'field' | 'items' | 'reference' }>,
  operator: string,
  collections: ConditionScope['collections'],
): Level {
  if (operator === '$null') return { in: 'boolean' }
  if (['$in', '$nin', '$hasAny', '$hasAll', '$between'].includes(operator)) return { ...level, in: 'items' }
  if (operator === '$field') return { ...level, in: 'reference' }
  if (!['$some', '$none', '$every'].includes(operator)) return level
  return { in: 'condition', fields: fieldsBehind(level.field.collection ?? '', collections) }
}

function keysAt(level: Level, typed: string, { collections }: ConditionScope): readonly Offer[] {
  if (level.in === 'values') return level.fields.map((field) => fieldOffer(field.name, field))
  if (level.in === 'field') return operatorOffers(level.field)
  if (level.in !== 'condition') return []
  const paths = suggestPaths(typed, level.fields, collections).flatMap((path) => {
    const end = followPath(path, level.fields, collections)
    return end ? [fieldOffer(path, end.field)] : []
  })
  return [...paths, ...logical]
}

const fieldOffer = (text: string, field: FieldDefinition): Offer => ({
  text,
  kind: 'field',
  detail: field.type === 'relation' ? `${field.many ? 'many ' : ''}${field.collection}` : shownType(field),
})

const logical: readonly Offer[] = [
  { text: '$and', kind: 'operator', detail: 'all of these' },
  { text: '$or', kind: 'operator', detail: 'one of these' },
  { text: '$not', kind: 'operator', detail: 'not this' },
]

function operatorOffers(field: FieldDefinition): Offer[] {
  const offers = operatorsOf(field).map(
    (choice): Offer => ({ text: choice.split(':')[0]!, kind: 'operator', detail: operatorName(choice, field) }),
  )
  const nullable = offers.findIndex(({ text }) => text === '$null')
  const known = offers.filter(({ text }, at) => text !== '$null' || at === nullable)
  return known.map((offer) => (offer.text === '$null' ? { ...offer, detail: 'is null, or is not' } : offer))
}

const booleans: readonly Offer[] = ['true', 'false'].map((text) => ({ text, kind: 'value', bare: true }))

function valuesAt(level: Level, scope: ConditionScope): readonly Offer[] {
  if (level.in === 'boolean') return booleans
  if (level.in === 'reference')
    return level.fields.filter((field) => field.name !== level.field.name).map((field) => fieldOffer(field.name, field))
  if (level.in !== 'field' && level.in !== 'items') return []
  const { field } = level
  const options = (field.options ?? []).map((text): Offer => ({ text, kind: 'value' }))
  return [
    ...options,
    ...(shownType(field) === 'boolean' ? booleans : []),
    ...(scope.variables ? variablesFor(field, scope.collections) : []),
  ]
}
