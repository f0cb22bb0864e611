import type { FieldOperator } from '@holdfast/contract'

/** What stands to the right of an operator. */
export type OperandKind = 'one' | 'list' | 'pair' | 'boolean' | 'condition' | 'measured'

/** Operators by name; `null` in `$eq` and `$ne` becomes `$null` before it gets here. */
export const operandKinds: Readonly<Record<FieldOperator, OperandKind>> = {
  $eq: 'one',
  $ne: 'one',
  $gt: 'one',
  $gte: 'one',
  $lt: 'one',
  $lte: 'one',
  $in: 'list',
  $nin: 'list',
  $between: 'pair',
  $null: 'boolean',
  $like: 'one',
  $ilike: 'one',
  $contains: 'one',
  $startsWith: 'one',
  $endsWith: 'one',
  $has: 'one',
  $hasAny: 'list',
  $hasAll: 'list',
  $some: 'condition',
  $none: 'condition',
  $every: 'condition',
  $near: 'measured',
  $within: 'measured',
  $nearest: 'measured',
  $search: 'measured',
}

export const isFieldOperator = (name: string): name is FieldOperator => Object.hasOwn(operandKinds, name)
