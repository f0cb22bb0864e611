/** Operators that stand on a field: `{ "views": { "$gte": 10 } }`. */
export const fieldOperators = [
  '$eq',
  '$ne',
  '$gt',
  '$gte',
  '$lt',
  '$lte',
  '$in',
  '$nin',
  '$between',
  '$null',
  '$like',
  '$ilike',
  '$contains',
  '$startsWith',
  '$endsWith',
  '$has',
  '$hasAny',
  '$hasAll',
  '$some',
  '$none',
  '$every',
  '$near',
  '$within',
  '$nearest',
  '$search',
] as const

/** Operators that combine conditions. */
export const logicalOperators = ['$and', '$or', '$not'] as const

export type FieldOperator = (typeof fieldOperators)[number]
export type LogicalOperator = (typeof logicalOperators)[number]
