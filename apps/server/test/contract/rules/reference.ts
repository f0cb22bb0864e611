import type { Action, Json, RuleDefinition } from '@holdfast/contract'
import {
  type Asker,
  allRoles,
  isRelation,
  type Model,
  type Row,
  relatedRows,
  targetOf,
  type Value,
  type World,
} from './world.js'

/**
 * What rules, masks and filters mean, written down once more: on objects, in the plainest way, from the documents and
 * not from the code. Nothing of the server is imported here.
 */

type Condition = { readonly [key: string]: Json }

/** How far a condition may look: a rule sees everything; a filter sees what its asker may read. */
type Sight = { readonly as: 'rule' } | { readonly as: 'filter' }

export class Reference {
  constructor(
    private readonly world: World,
    private readonly asker: Asker,
  ) {}

  // ── rules ──────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** May the asker do this to some row at all, as far as the rules tell without looking at rows? */
  mayEver(action: Action, model: Model, field?: string): boolean {
    const rules = this.rulesFor(action, model, field)
    return (
      rules.some((rule) => !rule.deny && !this.lacksUser(rule)) &&
      !rules.some((rule) => rule.deny && (!rule.conditions || this.lacksUser(rule)))
    )
  }

  /** May the asker do this to the row; with a field: to this field of the row? */
  may(action: Action, model: Model, row: Row, field?: string): boolean {
    const rules = this.rulesFor(action, model, field)
    return (
      rules.some((rule) => !rule.deny && this.applies(rule, model, row)) &&
      !rules.some((rule) => rule.deny && this.applies(rule, model, row))
    )
  }

  /** A denial of some fields takes no row away, so without a field it does not count. */
  private rulesFor(action: Action, model: Model, field: string | undefined): RuleDefinition[] {
    const roles = allRoles(this.asker)
    return this.world.rules[model.name]!.filter(
      (rule) =>
        roles.includes(rule.role) &&
        [rule.action].flat().includes(action) &&
        (field === undefined ? !(rule.deny && rule.fields) : (rule.fields?.includes(field) ?? true)),
    )
  }

  /** A rule that needs what is not known gives nothing, and a denial of that kind takes everything. */
  private applies(rule: RuleDefinition, model: Model, row: Row): boolean {
    if (!rule.conditions) return true
    const known = !this.lacksUser(rule) && variablesIn(rule.conditions).every((name) => isKnown(this.variable(name)))
    if (!known) return rule.deny === true
    return this.holds(rule.conditions, model, row, { as: 'rule' })
  }

  private lacksUser(rule: RuleDefinition): boolean {
    return this.asker.id === undefined && variablesIn(rule.conditions ?? {}).some((name) => name !== '$user.roles')
  }

  private variable(text: string): Value {
    if (text === '$user.roles') return allRoles(this.asker)
    if (text === '$user.id') return this.asker.id ?? null
    let model = this.world.models['users']!
    let row = this.world.rows['users']!.find(({ id }) => id === this.asker.id)
    const path = text.slice('$user.'.length).split('.')
    for (const name of path.slice(0, -1)) {
      row = row && relatedRows(this.world, model, row, name)[0]
      model = targetOf(this.world, model, name)
    }
    return row?.[path.at(-1)!] ?? null
  }

  // ── what can be read ───────────────────────────────────────────────────────────────────────────────────────────────

  canRead = (model: Model, row: Row): boolean => this.may('read', model, row)

  /** Is the field open in this row, which the asker may read? */
  canSee(model: Model, row: Row, field: string): boolean {
    if (field === 'id') return true
    const { from } = model.fields[field] ?? {}
    return this.may('read', model, row, field) && (from === undefined || this.may('read', model, row, from))
  }

  /** Does the name mean anything to the asker? */
  canName(model: Model, name: string): boolean {
    if (!this.mayEver('read', model)) return false
    const inverse = model.inverses[name]
    if (inverse) return this.canName(this.world.models[inverse.source]!, inverse.via)
    if (name === 'id') return true
    const { from } = model.fields[name] ?? {}
    return this.mayEver('read', model, name) && (from === undefined || this.mayEver('read', model, from))
  }

  /** The rows behind a relation that the asker may read, and that the relation may tell of. */
  private readableRows(model: Model, row: Row, name: string): Row[] {
    const target = targetOf(this.world, model, name)
    const via = model.inverses[name]?.via
    return relatedRows(this.world, model, row, name).filter(
      (other) => this.canRead(target, other) && (via === undefined || this.canSee(target, other, via)),
    )
  }

  // ── conditions ─────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Does every name in the filter mean something to the asker? Otherwise the whole query is refused. */
  understands(filter: Condition, model: Model): boolean {
    return Object.entries(filter).every(([key, value]) => {
      if (key === '$and' || key === '$or') return (value as Condition[]).every((part) => this.understands(part, model))
      if (key === '$not') return this.understands(value as Condition, model)
      return this.understandsPath(key.split('.'), value, model)
    })
  }

  private understandsPath([name, ...rest]: string[], value: Json, model: Model): boolean {
    if (!this.canName(model, name!)) return false
    if (rest.length > 0) {
      const target = targetOf(this.world, model, name!)
      return this.mayEver('read', target) && this.understandsPath(rest, value, target)
    }
    return operatorsOf(value).every(
      ([operator, operand]) =>
        !quantifiers.has(operator) ||
        (this.mayEver('read', targetOf(this.world, model, name!)) &&
          this.understands(operand as Condition, targetOf(this.world, model, name!))),
    )
  }

  /** Does a row that the asker may read satisfy the filter? */
  matches = (filter: Condition, model: Model, row: Row): boolean => this.holds(filter, model, row, { as: 'filter' })

  private holds(condition: Condition, model: Model, row: Row, sight: Sight): boolean {
    return Object.entries(condition).every(([key, value]) => {
      if (key === '$and') return (value as Condition[]).every((part) => this.holds(part, model, row, sight))
      if (key === '$or') return (value as Condition[]).some((part) => this.holds(part, model, row, sight))
      if (key === '$not') return !this.holds(value as Condition, model, row, sight)
      return this.holdsAt(key.split('.'), value, model, row, sight)
    })
  }

  private holdsAt([name, ...rest]: string[], value: Json, model: Model, row: Row, sight: Sight): boolean {
    const seen = sight.as === 'rule' || name! in model.inverses || this.canSee(model, row, name!)
    if (!seen) return false
    const related = (): Row[] =>
      sight.as === 'rule' ? relatedRows(this.world, model, row, name!) : this.readableRows(model, row, name!)
    if (rest.length > 0) {
      const target = targetOf(this.world, model, name!)
      return related().some((other) => this.holdsAt(rest, value, target, other, sight))
    }
    return operatorsOf(value).every(([operator, operand]) => {
      if (!quantifiers.has(operator)) return compare(operator, row[name!]!, this.resolve(operand, sight))
      const target = targetOf(this.world, model, name!)
      const hits = related().map((other) => this.holds(operand as Condition, target, other, sight))
      return operator === '$some'
        ? hits.includes(true)
        : operator === '$none'
          ? !hits.includes(true)
          : !hits.includes(false)
    })
  }

  private resolve(operand: Json, { as }: Sight): Json {
    if (as === 'filter') return operand
    if (Array.isArray(operand)) return operand.map((item) => this.resolve(item, { as }))
    return isVariable(operand) ? (this.variable(operand) as Json) : operand
  }

  // ── answers ────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** The record as the asker sees it: what is closed is absent. */
  show(model: Model, row: Row, fields: readonly string[] = Object.keys(row)): Record<string, unknown> {
    return Object.fromEntries(fields.filter((name) => this.canSee(model, row, name)).map((name) => [name, row[name]]))
  }

  /** What stands under `expand` for one relation. */
  expand(model: Model, row: Row, name: string): unknown {
    const target = targetOf(this.world, model, name)
    const seen = name in model.inverses || this.canSee(model, row, name)
    const rows = seen ? this.readableRows(model, row, name) : []
    if (model.fields[name]?.kind === 'one') return rows[0] ? this.show(target, rows[0]) : null
    if (name in model.inverses) rows.sort((left, right) => order(left.id, right.id))
    return rows.map((other) => this.show(target, other))
  }

  /** The rows of a collection in the order of the sort keys, then of the ids. */
  sort(model: Model, rows: readonly Row[], keys: readonly string[]): Row[] {
    const all = keys.some((key) => bare(key) === 'id') ? keys : [...keys, keys.at(-1)?.startsWith('-') ? '-id' : 'id']
    return [...rows].sort((left, right) => {
      for (const key of all) {
        const path = bare(key).split('.')
        const difference = order(this.sortValue(model, left, path), this.sortValue(model, right, path))
        if (difference !== 0) return key.startsWith('-') ? -difference : difference
      }
      return 0
    })
  }

  private sortValue(model: Model, row: Row, [name, ...rest]: string[]): Value {
    if (!this.canSee(model, row, name!)) return null
    if (rest.length === 0) return model.fields[name!]?.kind === 'decimal' ? toNumber(row[name!]!) : row[name!]!
    const [next] = this.readableRows(model, row, name!)
    return next ? this.sortValue(targetOf(this.world, model, name!), next, rest) : null
  }

  /** May the whole path be named in a sort? */
  canSortBy(model: Model, key: string): boolean {
    const [name, ...rest] = bare(key).split('.')
    if (!this.canName(model, name!)) return false
    if (rest.length === 0) return true
    const target = targetOf(this.world, model, name!)
    return isRelation(model, name!) && this.mayEver('read', target) && this.canSortBy(target, rest.join('.'))
  }
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const quantifiers = new Set(['$some', '$none', '$every'])
const bare = (key: string): string => key.replace(/^-/, '')
const isVariable = (value: Json): value is string => typeof value === 'string' && value.startsWith('$user')
const isKnown = (value: Value): boolean => value !== null && !(Array.isArray(value) && value.length === 0)
const toNumber = (value: Value): Value => (value === null ? null : Number(value))

/** Absent values come after all others. */
function order(left: Value, right: Value): number {
  if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1
  return left < right ? -1 : left > right ? 1 : 0
}

function operatorsOf(value: Json): [string, Json][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [['$eq', value]]
}

/** Every variable named anywhere in a condition. */
export function variablesIn(condition: Json): string[] {
  if (isVariable(condition)) return [condition]
  if (typeof condition !== 'object' || condition === null) return []
  return Object.values(condition).flatMap((part) => variablesIn(part as Json))
}

/** An empty list of records counts as absent. A comparison with what is absent is false, except those that ask for absence or for difference. */
function compare(operator: string, value: Value, operand: Json): boolean {
  if (operator === '$null' || ((operator === '$eq' || operator === '$ne') && operand === null)) {
    const absent = value === null || (Array.isArray(value) && value.length === 0)
    return operator === '$ne' ? !absent : operator === '$eq' ? absent : absent === operand
  }
  if (operator === '$ne') return value === null || !same(value, operand)
  if (operator === '$nin') return value === null || !(operand as Json[]).some((item) => same(value, item))
  if (value === null) return false
  if (Array.isArray(value)) return compareList(operator, value, operand)
  return compareOne(operator, value as string | number | boolean, operand)
}

const same = (value: Value, operand: Json): boolean =>
  typeof value === 'string' && isDecimal(value) ? Number(value) === Number(operand) : value === operand

const isDecimal = (text: string): boolean => /^-?\d+\.\d\d$/.test(text)

function compareList(operator: string, value: readonly string[], operand: Json): boolean {
  const wanted = [operand].flat() as string[]
  return operator === '$hasAny'
    ? wanted.some((item) => value.includes(item))
    : wanted.every((item) => value.includes(item))
}

function compareOne(operator: string, value: string | number | boolean, operand: Json): boolean {
  const number = typeof value === 'string' && isDecimal(value)
  const left = number ? Number(value) : value
  const right = (item: Json) => (number ? Number(item) : (item as string | number | boolean))
  const text = String(value)
  switch (operator) {
    case '$eq':
      return left === right(operand)
    case '$gt':
      return left > right(operand)
    case '$gte':
      return left >= right(operand)
    case '$lt':
      return left < right(operand)
    case '$lte':
      return left <= right(operand)
    case '$in':
      return (operand as Json[]).some((item) => left === right(item))
    case '$between':
      return left >= right((operand as Json[])[0]!) && left <= right((operand as Json[])[1]!)
    case '$contains':
      return text.includes(operand as string)
    case '$startsWith':
      return text.startsWith(operand as string)
    case '$endsWith':
      return text.endsWith(operand as string)
    case '$like':
      return toPattern(operand as string, '').test(text)
    case '$ilike':
      return toPattern(operand as string, 'i').test(text)
    default:
      throw new Error(`The reference does not know ${operator}`)
  }
}

const toPattern = (like: string, flags: string): RegExp =>
  new RegExp(`^${like.replaceAll('%', '[^]*').replaceAll('_', '[^]')}$`, flags)
