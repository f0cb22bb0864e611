import type { Json } from '@holdfast/contract'
import type { Collection, Field } from '../../collections/index.js'
import type { FieldShape, MatchRecord } from '../../query/index.js'

type JsonObject = { readonly [field: string]: Json }

/** The records of a test as conditions read them, and which of them stand behind which relation. */
export class TestRecords {
  private readonly behind = new WeakMap<MatchRecord, Map<string, readonly MatchRecord[]>>()

  constructor(private readonly now: Date) {}

  /** A record in which every field has a value: the one given, its default, or null. Computed ones are not known. */
  add(given: JsonObject, collection: Collection): MatchRecord {
    const values: { [field: string]: Json | undefined } = {}
    const related = new Map<string, readonly MatchRecord[]>()
    this.behind.set(values, related)
    for (const field of collection.fields.values()) values[field.name] = this.fieldValue(field, given[field.name])
    for (const name of [...collection.fields.keys(), ...collection.inverses.keys()]) {
      const shape = collection.field(name)!
      const others = shape.relation && this.relatedTo(shape, given[name], values['id'])
      if (others) related.set(name, others)
    }
    return values
  }

  /** The record with other values. What was behind a relation that leads elsewhere now is not known any more. */
  change(record: MatchRecord, changes: { readonly [name: string]: Json }): MatchRecord {
    const changed = { ...record, ...changes }
    const related = [...(this.behind.get(record) ?? [])].filter(([name]) => !Object.hasOwn(changes, name))
    this.behind.set(changed, new Map(related))
    return changed
  }

  /** Undefined where the test does not give them. */
  readonly related = (record: MatchRecord, relation: FieldShape): readonly MatchRecord[] | undefined =>
    this.behind.get(record)?.get(relation.name)

  private fieldValue(field: Field, given: Json | undefined): Json | undefined {
    if (field.relation) return idsOf(given, field)
    if (given === undefined) return field.definition.type === 'computed' ? undefined : this.defaultOf(field)
    return given === null ? null : stored(given, field)
  }

  private defaultOf({ name, definition: { default: value, type } }: Field): Json {
    if (name === 'createdAt' || name === 'updatedAt') return this.now.toISOString()
    if (name === 'version') return 1
    if (value !== '$now' || (type !== 'date' && type !== 'datetime')) return value ?? null
    const text = this.now.toISOString()
    return type === 'date' ? text.slice(0, 10) : text
  }

  /** Nothing is behind a relation that leads nowhere; else the records must be there themselves, not only their ids. */
  private relatedTo(shape: FieldShape, given: Json | undefined, id: Json | undefined): MatchRecord[] | undefined {
    const target = shape.relation!.target() as Collection
    if (given === undefined) return shape.relation!.kind === 'inverse' ? undefined : []
    const others = given === null ? [] : [given].flat()
    if (!others.every(isObject)) return undefined
    const via = shape.relation!.kind === 'inverse' ? shape.relation!.via() : undefined
    const back = via && id !== undefined && id !== null ? { [via.name]: via.relation!.kind === 'many' ? [id] : id } : {}
    return others.map((other) => this.add({ ...back, ...other }, target))
  }
}

const isObject = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const idOf = (value: Json): Json => (isObject(value) ? (value['id'] ?? null) : value)

const idsOf = (given: Json | undefined, { relation }: Field): Json =>
  relation!.kind === 'many' ? [given ?? []].flat().map(idOf) : idOf(given ?? null)

/** As answers give it: instants in UTC, decimals and ids as text. */
function stored(given: Json, field: Field): Json {
  if (!['text', 'date', 'datetime', 'decimal', 'uuid'].includes(field.comparison)) return given
  const value = field.parseValue(given, field.name, () => undefined)
  return typeof value === 'string' ? value : given
}
