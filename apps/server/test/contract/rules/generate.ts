import type { Action, Json, RuleDefinition } from '@holdfast/contract'
import type { Kind, Model, World } from './world.js'

/** Random numbers that a seed repeats (mulberry32). */
export class Random {
  constructor(private state: number) {}

  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }

  chance = (probability: number): boolean => this.next() < probability
  below = (limit: number): number => Math.floor(this.next() * limit)
  pick = <T>(items: readonly T[]): T => items[this.below(items.length)]!
  some = <T>(items: readonly T[], probability = 0.5): T[] => items.filter(() => this.chance(probability))
}

const letters = ['a', 'b', 'c', 'ab', 'ba', 'ca']
const dates = ['2024-01-31', '2024-02-29', '2025-12-31']

/** Few values, so that conditions meet rows. */
export const values: Readonly<Record<Exclude<Kind, 'one' | 'many' | 'tags'>, readonly Json[]>> = {
  text: letters,
  select: ['x', 'y', 'z'],
  integer: [-1, 0, 1, 2, 3],
  computed: [-2, 0, 2, 4],
  boolean: [true, false],
  decimal: ['0.00', '1.50', '2.25', '-1.00'],
  date: dates,
}

const equality = ['$eq', '$ne', '$in', '$nin', '$null']
const ordering = [...equality, '$gt', '$gte', '$lt', '$lte', '$between']
const listing = ['$has', '$hasAny', '$hasAll', '$null']
const related = ['$some', '$none', '$every']
const operators: Readonly<Record<Kind, readonly string[]>> = {
  text: [...ordering, '$like', '$ilike', '$contains', '$startsWith', '$endsWith'],
  select: equality,
  integer: ordering,
  computed: ordering,
  boolean: equality,
  decimal: ordering,
  date: ordering,
  tags: listing,
  one: equality,
  many: [...listing, ...related, ...related],
}

/** What a rule may compare a field with: variables of the type of the field. */
const variables: Partial<Record<Kind, readonly string[]>> = {
  text: ['$user.team'],
  integer: ['$user.level', '$user.org.tier'],
  computed: ['$user.level'],
}

const anyId = { id: { $ne: '01890000-0000-7000-8000-0000000000ff' } }

/** Makes conditions on a collection. `names` narrows what they may speak of. */
export class Conditions {
  constructor(
    private readonly random: Random,
    private readonly world: World,
    private readonly forRules: boolean,
    private readonly names: (model: Model) => readonly string[] = (model) => [
      ...Object.keys(model.fields),
      ...Object.keys(model.inverses),
    ],
  ) {}

  make(model: Model, depth = 3): { [key: string]: Json } {
    const { random } = this
    if (depth > 0 && random.chance(0.35)) {
      const kind = random.pick(['$and', '$or', '$or', '$not'])
      if (kind === '$not') return { $not: this.make(model, depth - 1) }
      return { [kind]: Array.from({ length: 1 + random.below(3) }, () => this.make(model, depth - 1)) }
    }
    const names = this.names(model).filter((name) => depth > 0 || name in model.fields)
    if (names.length === 0) return anyId
    const parts = Array.from({ length: random.chance(0.25) ? 2 : 1 }, () =>
      this.onField(model, random.pick(names), depth),
    )
    return Object.assign({}, ...parts)
  }

  private onField(model: Model, name: string, depth: number): { [key: string]: Json } {
    const { random, world } = this
    const inverse = model.inverses[name]
    if (inverse) return { [name]: { [random.pick(related)]: this.make(world.models[inverse.source]!, depth - 1) } }
    const { kind, target } = model.fields[name]!
    if (target && depth > 0 && random.chance(0.4)) {
      const [[path, condition]] = Object.entries(this.onSomeField(world.models[target]!, depth - 1)) as [[string, Json]]
      return { [`${name}.${path}`]: condition }
    }
    const operator = random.pick(operators[kind].filter((each) => depth > 0 || !related.includes(each)))
    if (related.includes(operator)) return { [name]: { [operator]: this.make(world.models[target!]!, depth - 1) } }
    return { [name]: { [operator]: this.operand(operator, kind, target) } }
  }

  private onSomeField(model: Model, depth: number): { [key: string]: Json } {
    const names = this.names(model).filter((name) => name in model.fields)
    return names.length > 0 ? this.onField(model, this.random.pick(names), depth) : anyId
  }

  private operand(operator: string, kind: Kind, target: string | undefined): Json {
    const { random } = this
    const one = (): Json => this.value(operator, kind, target)
    if (operator === '$null') return random.chance(0.5)
    if (operator === '$between') return [one(), one()]
    if (operator === '$in' || operator === '$nin') {
      if (this.forRules && (kind === 'text' || kind === 'select') && random.chance(0.2)) return '$user.roles'
      return Array.from({ length: random.below(4) }, () => this.plain(kind, target))
    }
    if (operator === '$hasAny' || operator === '$hasAll')
      return Array.from({ length: 1 + random.below(2) }, () => this.plain(kind, target))
    return one()
  }

  private value(operator: string, kind: Kind, target: string | undefined): Json {
    const { random } = this
    if (operator === '$like' || operator === '$ilike') return random.pick(['a%', '%b', '_', '%a_', 'A%', 'ab', '%'])
    if (operator === '$eq' && random.chance(0.1)) return null
    if (this.forRules && random.chance(0.35)) {
      if (target === 'users') return '$user.id'
      if (target === 'orgs') return '$user.org'
      const fitting = variables[kind]
      if (fitting) return random.pick(fitting)
    }
    return this.plain(kind, target)
  }

  private plain(kind: Kind, target: string | undefined): Json {
    if (target) return this.random.pick(this.world.rows[target]!).id
    return this.random.pick(kind === 'tags' ? letters : values[kind as keyof typeof values])
  }
}

const roles = ['public', 'public', 'user', 'user', 'user', 'chief', 'clerk']

/** Some rules about one action of a collection. */
export function makeRules(
  random: Random,
  world: World,
  model: Model,
  action: Action,
  conditions = new Conditions(random, world, true),
): RuleDefinition[] {
  const writes = action === 'create' || action === 'update'
  const fields = Object.keys(model.fields).filter((name) => !writes || model.fields[name]!.kind !== 'computed')
  return Array.from({ length: 1 + random.below(4) }, () => {
    const named = action !== 'delete' && random.chance(0.5) ? random.some(fields, 0.6) : []
    return {
      role: random.pick(roles),
      action,
      ...(named.length > 0 && { fields: named }),
      ...(random.chance(0.75) && { conditions: conditions.make(model) }),
      ...(random.chance(0.2) && { deny: true }),
    }
  })
}
