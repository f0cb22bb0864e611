import type { Json } from '@holdfast/contract'
import type { Random } from './generate.js'
import { anyJson, anyPath, inverse, type Kind, type Things, typedPaths, values } from './language-world.js'

/** Random conditions on things, in the whole language. */

type Condition = { [key: string]: Json }

const equality = ['$eq', '$ne', '$in', '$nin', '$null']
const ordering = [...equality, '$gt', '$gte', '$lt', '$lte', '$between']
const textual = ['$like', '$ilike', '$contains', '$startsWith', '$endsWith']
const listing = ['$has', '$hasAny', '$hasAll', '$null']

const operators: Readonly<Record<Exclude<Kind, 'json' | 'typed'>, readonly string[]>> = {
  text: [...ordering, ...textual, ...textual],
  integer: ordering,
  number: ordering,
  decimal: ordering,
  boolean: equality,
  date: ordering,
  datetime: ordering,
  duration: ordering,
  uuid: ordering,
  select: equality,
  tags: listing,
  geopoint: ['$near', '$within', '$within', '$null'],
  one: equality,
  many: listing,
}

const patterns = ['a', 'A', 'b', '%', '%', '_', 'ä', 'Σ', 'ß', 'i', 'İ', '💥', '\\%', '\\_', '\\\\', '1']

export class LanguageConditions {
  constructor(
    private readonly random: Random,
    private readonly things: Things,
    /** Variables of rules, by the kind of field they fit. */
    private readonly variables: Partial<Record<Kind, readonly string[]>> = {},
    /** Variables that hold several values. */
    private readonly lists: Partial<Record<Kind, readonly string[]>> = {},
  ) {}

  make(depth = 3): Condition {
    const { random } = this
    if (depth > 0 && random.chance(0.3)) {
      const kind = random.pick(['$and', '$or', '$not'])
      if (kind === '$not') return { $not: this.make(depth - 1) }
      return { [kind]: Array.from({ length: 1 + random.below(3) }, () => this.make(depth - 1)) }
    }
    if (depth > 0 && random.chance(0.15)) return this.related(depth - 1)
    const names = Object.keys(this.things.fields)
    const parts = Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => this.onField(random.pick(names)))
    return Object.assign({}, ...parts)
  }

  private related(depth: number): Condition {
    const { random } = this
    if (random.chance(0.4)) {
      const [[path, condition]] = Object.entries(this.onField(random.pick(Object.keys(this.things.fields)))) as [
        [string, Json],
      ]
      return { [`to.${path}`]: condition }
    }
    return { [random.pick(['all', inverse])]: { [random.pick(['$some', '$none', '$every'])]: this.make(depth) } }
  }

  private onField(name: string): Condition {
    const kind = this.things.fields[name]!
    if (kind === 'json' || kind === 'typed') return this.onJson(name, kind)
    const operator = this.random.pick(operators[kind])
    return { [name]: { [operator]: this.operand(operator, kind) } }
  }

  private operand(operator: string, kind: Exclude<Kind, 'json' | 'typed'>): Json {
    const { random } = this
    if (operator === '$null') return random.chance(0.5)
    if (kind === 'geopoint') return operator === '$near' ? this.near() : this.area()
    const variables = this.variables[kind]
    if (variables && ['$eq', '$ne', '$gt', '$lte', '$has', '$startsWith'].includes(operator) && random.chance(0.5))
      return random.pick(variables)
    const lists = this.lists[kind]
    if (lists && ['$in', '$nin', '$hasAny', '$hasAll'].includes(operator) && random.chance(0.5))
      return random.pick(lists)
    if (textual.includes(operator)) return this.pattern(operator)
    const one = (): Json => this.plain(kind)
    if (operator === '$between') return [one(), one()]
    if (['$in', '$nin', '$hasAny', '$hasAll'].includes(operator)) return Array.from({ length: random.below(4) }, one)
    return operator === '$eq' && random.chance(0.1) ? null : one()
  }

  private plain(kind: Exclude<Kind, 'json' | 'typed'>): Json {
    const { random } = this
    if (kind === 'one' || kind === 'many') return random.pick(this.things.rows).id
    if (kind === 'decimal' && random.chance(0.3)) return random.pick(['1.505', '-1', '123456789012.345', '0.001'])
    const value = random.pick(values[kind as keyof typeof values])
    return value === '$user.id' ? 'x' : value
  }

  private pattern(operator: string): string {
    const { random } = this
    if (operator.endsWith('like')) return Array.from({ length: random.below(5) }, () => random.pick(patterns)).join('')
    return random.pick(values.text.filter((text) => text !== '$user.id') as string[])
  }

  // ── places ─────────────────────────────────────────────────────────────────────────────────────────────────────────

  /** Distances, sides and corners that no place of the rows lies on. */
  private near(): Json {
    const { random } = this
    const at = {
      lat: random.pick([-90, -44.3, 0, 52.4, 89.5, 90]),
      lon: random.pick([-180, -90.2, 0, 13.3, 179.9, 180]),
    }
    return random.chance(0.15)
      ? at
      : { ...at, km: random.pick([0.123, 87.65, 1234.5, 5678.9, 9999.1, 15432.1, 19876.5, 30000]) }
  }

  private area(): Json {
    const { random } = this
    const kind = random.pick(['box', 'polygon', 'circle'])
    if (kind === 'circle') return { circle: { km: 1234.5, ...(this.near() as Condition) } }
    if (kind === 'polygon')
      return {
        polygon: Array.from({ length: 3 + random.below(4) }, () => ({
          lat: random.below(1800) / 10 - 89.97,
          lon: random.below(3600) / 10 - 179.97,
        })),
      }
    const lats = [random.pick([-90, -45, 0.5, 52]), random.pick([-44, 0, 52.5, 90])].sort((a, b) => a - b)
    const lon = (): number => random.pick([-180, -179, -0.5, 0, 13, 178, 180])
    return { box: { south: lats[0]!, north: lats[1]!, west: lon(), east: lon() } }
  }

  // ── JSON ───────────────────────────────────────────────────────────────────────────────────────────────────────────

  private onJson(name: string, kind: 'json' | 'typed'): Condition {
    const { random } = this
    if (random.chance(0.1)) return { [name]: { [random.pick(['$eq', '$ne'])]: this.someJson(name) } }
    if (kind === 'json') return this.onSomething(name) ?? { [`${name}.${anyPath(random)}`]: this.onAny() }
    const path = random.pick(Object.keys(typedPaths))
    const type = typedPaths[path]!
    const at = `${name}.${path}`
    if (type === 'any') return { [at]: this.onAny() }
    const like = { text: 'text', number: 'number', boolean: 'boolean', list: 'tags' }[type] as 'text'
    const operator = random.pick(operators[like])
    return { [at]: { [operator]: this.operand(operator, like) } }
  }

  /** A path that leads somewhere in one of the rows, mostly with what is there. */
  private onSomething(name: string): Condition | undefined {
    const { random } = this
    let place: Json = random.pick(this.things.rows)[name]!
    const path: string[] = []
    while (typeof place === 'object' && place !== null && Object.keys(place).length > 0 && path.length < 4) {
      const [key, value]: [string, Json] = random.pick(Object.entries(place))
      path.push(key)
      place = value
    }
    if (path.length === 0 || place === null) return undefined
    const condition = random.chance(0.4) ? this.onAny() : random.chance(0.7) ? { $eq: place } : { $in: [place] }
    return { [[name, ...path].join('.')]: condition }
  }

  private onAny(): Condition {
    const { random } = this
    const operator = random.pick([...equality, ...equality, ...ordering, ...textual, ...listing])
    if (operator === '$null') return { $null: random.chance(0.5) }
    if (textual.includes(operator)) return { [operator]: this.operand(operator, 'text') }
    const scalar = (): Json => random.pick([0, 1, 1.5, -2, 1e-7, '1', 'a', 'ab', 'B', 'ä', '💥', true, false])
    if (operator === '$has') return { $has: scalar() }
    if (['$in', '$nin', '$hasAny', '$hasAll'].includes(operator))
      return { [operator]: Array.from({ length: random.below(4) }, scalar) }
    if ((operator === '$eq' || operator === '$ne') && random.chance(this.variables.json ? 0.6 : 1))
      return { [operator]: random.chance(0.3) ? anyJson(random, 1) : scalar() }
    const comparable = random.chance(0.5) ? ['a', '1', 'B', '\uffee', '💥'] : [0, 1, 1.5, -3]
    const one = (): Json => random.pick<Json>(comparable)
    const variables = this.variables.json
    if (variables && random.chance(0.4) && operator !== '$between') return { [operator]: random.pick(variables) }
    return { [operator]: operator === '$between' ? [one(), one()] : one() }
  }

  private someJson(name: string): Json {
    return this.random.chance(0.7) ? this.random.pick(this.things.rows)[name]! : anyJson(this.random, 2)
  }
}
