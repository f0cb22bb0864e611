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

/**
 * Operators of a PATCH body, one per field: `{ "views": { "$inc": 1 }, "tags": { "$push": "x" } }`. In fields of type json they
 * fit the parts: `{ "facts.count": { "$inc": 1 } }`; the field itself takes none, as every object is a value there.
 */
export const updateOperators = ['$inc', '$min', '$max', '$push', '$pull', '$unset'] as const

/** Operators that combine conditions. */
export const logicalOperators = ['$and', '$or', '$not'] as const

export type FieldOperator = (typeof fieldOperators)[number]
export type UpdateOperator = (typeof updateOperators)[number]
export type LogicalOperator = (typeof logicalOperators)[number]
