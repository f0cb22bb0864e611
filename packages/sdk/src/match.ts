type Values = { readonly [field: string]: unknown }

/** Whether a record satisfies a condition on its own fields; undefined where that cannot be told from here. */
export function matches(condition: object, record: object): boolean | undefined {
  return all(Object.entries(condition).map(([name, wanted]) => matchEntry(name, wanted, record)))
}

function matchEntry(name: string, wanted: unknown, record: object): boolean | undefined {
  if (name === '$and') return all((wanted as object[]).map((part) => matches(part, record)))
  if (name === '$or') return any((wanted as object[]).map((part) => matches(part, record)))
  if (name === '$not') return negate(matches(wanted as object, record))
  if (!(name in record)) return undefined
  const value = (record as Values)[name]
  if (typeof wanted !== 'object' || wanted === null) return compare('$eq', value, wanted)
  return all(Object.entries(wanted).map(([operator, operand]) => compare(operator, value, operand)))
}

/** Only what compares alike here and in the database: not, for example, texts by their order. */
function compare(operator: string, value: unknown, operand: unknown): boolean | undefined {
  // Another field of the record: its type would have to be known.
  if (typeof operand === 'object' && operand !== null && '$field' in operand) return undefined
  const absent = value === null || value === undefined
  const list = (): readonly unknown[] => operand as readonly unknown[]
  const numbers = typeof value === 'number' && typeof operand === 'number'
  switch (operator) {
    case '$eq':
      return operand === null ? (isEmptyList(value) ? undefined : absent) : same(value, operand)
    case '$ne':
      return negate(compare('$eq', value, operand))
    case '$in':
      return any(list().map((item) => same(value, item)))
    case '$nin':
      return negate(compare('$in', value, operand))
    case '$null':
      return isEmptyList(value) ? undefined : absent === operand
    case '$has':
      return !absent && Array.isArray(value) && value.includes(operand)
    case '$hasAny':
      return !absent && Array.isArray(value) && list().some((item) => value.includes(item))
    case '$hasAll':
      return !absent && Array.isArray(value) && list().every((item) => value.includes(item))
    case '$gt':
      return absent ? false : numbers ? value > operand : undefined
    case '$gte':
      return absent ? false : numbers ? value >= operand : undefined
    case '$lt':
      return absent ? false : numbers ? value < operand : undefined
    case '$lte':
      return absent ? false : numbers ? value <= operand : undefined
    default:
      return undefined
  }
}

/** To a relation with many an empty list is no value, to tags it is one: a record does not tell which it is. */
const isEmptyList = (value: unknown): boolean => Array.isArray(value) && value.length === 0

/** Numbers, booleans and texts that are equal are equal; two different texts may still be one date or one decimal. */
function same(value: unknown, operand: unknown): boolean | undefined {
  if (value === null || value === undefined) return false
  if (value === operand) return true
  if (typeof value === 'object' || typeof operand === 'object') return undefined
  return typeof value === 'string' && /^[-+]?\d/.test(value) && !/^[0-9a-f-]{36}$/i.test(value) ? undefined : false
}

const all = (parts: readonly (boolean | undefined)[]): boolean | undefined =>
  parts.includes(false) ? false : parts.includes(undefined) ? undefined : true

const any = (parts: readonly (boolean | undefined)[]): boolean | undefined =>
  parts.includes(true) ? true : parts.includes(undefined) ? undefined : false

const negate = (value: boolean | undefined): boolean | undefined => (value === undefined ? undefined : !value)
