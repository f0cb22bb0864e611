import type { FieldDefinition, FieldOperator } from '@holdfast/contract'
import { shownType } from '../records/cells/field-text'

/** What one chooses between field and value: an operator, where `$null` is two of them. */
export type OperatorChoice = Exclude<FieldOperator, '$null'> | '$null:true' | '$null:false'

/** What stands to the right of an operator. */
export type OperandShape = 'one' | 'list' | 'pair' | 'none' | 'near' | 'text' | 'json'

const equality = ['$eq', '$ne', '$in', '$nin', '$null:true', '$null:false'] as const
const ordering = [
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$between',
  '$in',
  '$nin',
  '$null:true',
  '$null:false',
] as const
const textual = [
  '$contains',
  '$eq',
  '$ne',
  '$startsWith',
  '$endsWith',
  '$in',
  '$nin',
  '$null:true',
  '$null:false',
  '$like',
  '$ilike',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$between',
] as const
const listing = ['$has', '$hasAny', '$hasAll', '$null:true', '$null:false'] as const

/** The operators of a field, the one most wanted first. */
export function operatorsOf(field: FieldDefinition): readonly OperatorChoice[] {
  switch (shownType(field)) {
    case 'boolean':
      return ['$eq', '$null:true', '$null:false']
    case 'select':
      return equality
    case 'integer':
    case 'number':
    case 'decimal':
    case 'date':
    case 'datetime':
    case 'duration':
    case 'uuid':
      return ordering
    case 'relation':
      return field.many
        ? ['$has', '$hasAny', '$hasAll', '$some', '$none', '$every', '$null:true', '$null:false']
        : equality
    case 'multiselect':
      return listing
    case 'tags':
      return field.searchable ? [...listing, '$search'] : listing
    case 'geopoint':
      return ['$near', '$within', '$null:true', '$null:false']
    case 'vector':
      return ['$nearest', '$null:true', '$null:false']
    case 'json':
      return [...textual, '$has', '$hasAny', '$hasAll']
    default:
      return field.searchable ? [...textual, '$search'] : textual
  }
}

const names: Readonly<Record<OperatorChoice, string>> = {
  $eq: 'is',
  $ne: 'is not',
  $gt: 'is more than',
  $gte: 'is at least',
  $lt: 'is less than',
  $lte: 'is at most',
  $between: 'is between',
  $in: 'is one of',
  $nin: 'is none of',
  '$null:true': 'is null',
  '$null:false': 'is not null',
  $like: 'is like',
  $ilike: 'is like, any case',
  $contains: 'contains',
  $startsWith: 'starts with',
  $endsWith: 'ends with',
  $has: 'has',
  $hasAny: 'has any of',
  $hasAll: 'has all of',
  $some: 'some match',
  $none: 'none match',
  $every: 'all match',
  $near: 'is near',
  $within: 'lies within',
  $nearest: 'is nearest to',
  $search: 'matches the words',
}

const ofTimes: Partial<Record<OperatorChoice, string>> = {
  $gt: 'is after',
  $gte: 'is from',
  $lt: 'is before',
  $lte: 'is until',
}

/** An operator in words. */
export function operatorName(operator: OperatorChoice, field: FieldDefinition): string {
  const type = shownType(field)
  return ((type === 'date' || type === 'datetime') && ofTimes[operator]) || names[operator]
}

/** What an operator wants to its right. */
export function operandShape(operator: OperatorChoice): OperandShape {
  if (operator.startsWith('$null')) return 'none'
  if (['$in', '$nin', '$hasAny', '$hasAll'].includes(operator)) return 'list'
  if (['$some', '$none', '$every', '$within', '$nearest'].includes(operator)) return 'json'
  if (operator === '$between') return 'pair'
  if (operator === '$near') return 'near'
  return ['$like', '$ilike', '$contains', '$startsWith', '$endsWith', '$search'].includes(operator) ? 'text' : 'one'
}
