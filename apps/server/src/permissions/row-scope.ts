import type { Action } from '@holdfast/contract'
import type { Collection, Field } from '../collections/index.js'
import {
  ALWAYS,
  and,
  type Condition,
  conditionKey,
  currentTeam,
  type FieldShape,
  isNever,
  NEVER,
  type ReadableField,
  type Reader,
  type RowSource,
} from '../query/index.js'
import { allowedRows, buildAbility } from './ability.js'
import type { CompiledRule, PresetValue } from './compile-rules.js'
import { type Tenant, tenantOf } from './tenant.js'
import { whereStored } from './where-stored.js'

/** Finds what the same caller may read in another collection; undefined when nothing. */
export type FindReadScope = (collection: Collection) => RowScope | undefined

declare const madeByRules: unique symbol

/**
 * The rows and fields of one collection that stand open to a caller. Plans are built from a RowScope and from nothing
 * else; the constructor is private, so this file is the only place where one can come from.
 */
export class RowScope implements Reader {
  declare readonly [madeByRules]: true

  private constructor(
    readonly collection: Collection,
    /** The open rows. */
    readonly condition: Condition,
    /** Fields by the rows in which they are open; a field that is not here is closed. */
    private readonly masks: ReadonlyMap<string, Condition>,
    private readonly findReadScope: FindReadScope,
    /** Where the rows come from, unless from the table of the collection. */
    readonly source?: RowSource,
  ) {}

  /** What the rules of a caller's roles open for reading; undefined when no rule opens a row. */
  static ofRules(
    action: 'read' | 'delete',
    collection: Collection,
    rules: readonly CompiledRule[],
    findReadScope: FindReadScope,
  ): RowScope | undefined {
    const ability = buildAbility(rules, collection.name)
    const condition = allowedRows(ability, action, collection.name)
    if (isNever(condition)) return undefined
    return new RowScope(collection, condition, readMasks(ability, collection, condition), findReadScope).inTeam()
  }

  /** Every row and field, hidden ones included. `reason` says in the code why no rule applies. */
  static everything(collection: Collection, _reason: string, findReadScope?: FindReadScope): RowScope {
    const masks = new Map([...collection.fields.keys()].map((name) => [name, ALWAYS]))
    return new RowScope(collection, ALWAYS, masks, findReadScope ?? ((other) => RowScope.everything(other, _reason)))
  }

  /**
   * The same rows and fields of records as they once were, judged by what they were: rules through relations ask the related
   * records of today. Where a record is older than a field that a condition speaks of, the condition does not hold.
   */
  inPast(collection: Collection, source: RowSource): RowScope {
    const stored = (condition: Condition): Condition => whereStored(condition, collection, source)
    const masks = new Map([...this.masks].map(([name, mask]) => [name, stored(mask)]))
    return new RowScope(collection, stored(this.condition), masks, this.findReadScope, source)
  }

  /** The same, of the team the caller has switched to. Where records belong to no team, simply the same. */
  inTeam(): RowScope {
    const tenant = tenantOf(this.collection)
    if (!tenant) return this
    const condition = and(this.condition, tenant.condition)
    return new RowScope(this.collection, condition, this.masks, this.findReadScope, this.source)
  }

  /** The rows that are in both scopes; fields as in this one. */
  within(other: RowScope): RowScope {
    return new RowScope(
      this.collection,
      and(this.condition, other.condition),
      this.masks,
      this.findReadScope,
      this.source,
    )
  }

  readable(name: string): ReadableField | undefined {
    const field = this.collection.fields.get(name)
    if (field) {
      const mask = this.masks.get(name)
      return mask && { shape: field, mask }
    }
    const inverse = this.collection.inverses.get(name)
    return inverse && this.related(inverse) && { shape: inverse, mask: ALWAYS }
  }

  /** The scope of the records a relation leads to. Behind an inverse relation, the field that points here must be readable. */
  related(relation: FieldShape): RowScope | undefined {
    const shape = relation.relation
    const scope = shape && this.findReadScope(shape.target() as Collection)
    if (!scope || shape?.kind !== 'inverse') return scope
    const via = scope.readable(shape.via().name)
    if (!via) return undefined
    const condition = and(scope.condition, via.mask)
    return conditionKey(condition) === conditionKey(scope.condition)
      ? scope
      : new RowScope(scope.collection, condition, scope.masks, scope.findReadScope)
  }

  /** The readable fields in the order of the definition. */
  readableFields(): { field: Field; mask: Condition }[] {
    return [...this.collection.fields.values()].flatMap((field) => {
      const mask = this.masks.get(field.name)
      return mask ? [{ field, mask }] : []
    })
  }
}

/** Per field the rows in which it may be read. A field open in every open row has the mask ALWAYS. */
function readMasks(
  ability: ReturnType<typeof buildAbility>,
  collection: Collection,
  rows: Condition,
): ReadonlyMap<string, Condition> {
  const rowsKey = conditionKey(rows)
  const own = new Map<string, Condition>()
  for (const field of collection.fields.values()) {
    if (field.hidden) continue
    if (field.name === 'id') own.set('id', ALWAYS)
    else {
      const open = allowedRows(ability, 'read', collection.name, field.name)
      if (!isNever(open)) own.set(field.name, conditionKey(open) === rowsKey ? ALWAYS : open)
    }
  }
  return new Map(
    [...own].flatMap(([name, mask]) => {
      const inputs = collection.fields.get(name)!.inputs.map((input) => own.get(input))
      return inputs.includes(undefined) ? [] : [[name, and(mask, ...(inputs as Condition[]))]]
    }),
  )
}

/** One way in which a write is allowed: under `condition`, with these values set by the server. */
export interface WriteGrant {
  /** Equal for equal grants of one scope. */
  readonly key: string
  readonly condition: Condition
  readonly preset: ReadonlyMap<string, PresetValue>
}

const nothingPreset: WriteGrant['preset'] = new Map()

/** Sets of fields whose grants are kept per scope. */
const maxFieldSets = 1000

/** What a caller may create or update in one collection. Like RowScope, it can only come from here. */
export class WriteScope {
  declare readonly [madeByRules]: true
  private readonly granted = new Map<string, readonly WriteGrant[]>()
  private readonly writable = new Map<Field, boolean>()
  private readonly presets = new Map<WriteGrant['preset'], WriteGrant['preset']>()

  private constructor(
    readonly action: 'create' | 'update',
    readonly collection: Collection,
    private readonly groups: readonly RuleGroup[] | undefined,
    /** What the caller may read, which decides what a relation may be pointed at. */
    private readonly findReadScope: FindReadScope,
    /** Set where all records written are those of the team the caller has switched to. */
    private readonly tenant?: Tenant,
  ) {}

  static ofRules(
    action: 'create' | 'update',
    collection: Collection,
    rules: readonly CompiledRule[],
    findReadScope: FindReadScope,
  ): WriteScope | undefined {
    const relevant = rules.filter((rule) => rule.actions.includes(action) && !isNever(rule.condition))
    const groups = groupByPreset(relevant).filter((group) => !isNever(group.condition(action, collection.name, [])))
    return groups.length === 0 ? undefined : new WriteScope(action, collection, groups, findReadScope).inTeam()
  }

  static everything(
    action: 'create' | 'update',
    collection: Collection,
    _reason: string,
    findReadScope?: FindReadScope,
  ): WriteScope {
    const find = findReadScope ?? ((other: Collection) => RowScope.everything(other, _reason))
    return new WriteScope(action, collection, undefined, find)
  }

  /** The same, of records of the team the caller has switched to: made there, and never moved elsewhere. */
  inTeam(): WriteScope {
    const tenant = tenantOf(this.collection)
    return tenant ? new WriteScope(this.action, this.collection, this.groups, this.findReadScope, tenant) : this
  }

  /** Are the records those of one team, the one the caller has switched to? */
  get ofTeam(): boolean {
    return this.tenant !== undefined
  }

  /** May a value be given for this field, in some row? */
  canWrite(field: Field): boolean {
    if (this.tenant?.field === field.name) return false
    if (!field.writable || (this.action === 'update' && field.name === 'id')) return false
    if (this.groups === undefined) return true
    // Whoever made a team with the id of one that is gone would own what is left of it.
    if (field.name === 'id' && this.collection.definition.members) return false
    let writable = this.writable.get(field)
    if (writable === undefined) {
      writable = this.grants([field]).length > 0
      this.writable.set(field, writable)
    }
    return writable
  }

  /**
   * The ways in which a body with these fields may be written, in the order of the rules. In each, all fields together
   * must be open in the row: fields of one rule never join the rows of another.
   */
  grants(fields: readonly Field[]): readonly WriteGrant[] {
    const names = fields.map((field) => field.name).join(' ')
    const known = this.granted.get(names)
    if (known) return known
    const grants = this.compileGrants(fields, names)
    if (this.granted.size >= maxFieldSets) this.granted.clear()
    this.granted.set(names, grants)
    return grants
  }

  private compileGrants(fields: readonly Field[], names: string): WriteGrant[] {
    if (fields.some(({ name }) => name === this.tenant?.field)) return []
    if (this.groups === undefined) return [this.withinTeam({ key: '', condition: ALWAYS, preset: nothingPreset })]
    return this.groups.flatMap((group) => {
      const condition = group.condition(this.action, this.collection.name, fields)
      if (isNever(condition)) return []
      return [this.withinTeam({ key: `${group.key} ${names}`, condition, preset: group.preset })]
    })
  }

  private withinTeam(grant: WriteGrant): WriteGrant {
    if (!this.tenant) return grant
    const { condition, preset } = grant
    // What is preset is as it is demanded: that there is a team must be asked as well.
    const known = this.action === 'create' ? this.tenant.known : ALWAYS
    return { ...grant, condition: and(condition, known, this.tenant.condition), preset: this.presetsInTeam(preset) }
  }

  /** With the team, whatever a rule would set it to. Equal for equal grants, as those without are. */
  private presetsInTeam(preset: WriteGrant['preset']): WriteGrant['preset'] {
    const known = this.presets.get(preset)
    if (known) return known
    const made = new Map(preset)
    made.delete(this.tenant!.field)
    if (this.action === 'create') made.set(this.tenant!.field, { variable: currentTeam })
    this.presets.set(preset, made)
    return made
  }

  /** May the caller be told that there is this field? */
  knows(field: Field): boolean {
    return this.canWrite(field) || this.findReadScope(this.collection)?.readable(field.name) !== undefined
  }

  /** The rows in which the caller may read the field. */
  readableRows(name: string): Condition {
    const scope = this.findReadScope(this.collection)
    const mask = scope?.readable(name)?.mask
    return scope && mask ? and(scope.condition, mask) : NEVER
  }

  /** The records a relation may be pointed at: those the caller may read. */
  referable(relation: Field): RowScope | undefined {
    return this.findReadScope(relation.relation!.target() as Collection)
  }
}

/** Rules that set the same values, with the denials, which count for all. */
class RuleGroup {
  constructor(
    readonly key: string,
    readonly preset: ReadonlyMap<string, PresetValue>,
    private readonly rules: readonly CompiledRule[],
  ) {}

  condition(action: Action, collection: string, fields: readonly Field[]): Condition {
    if (!fields.every((field) => this.opens(field))) return NEVER
    const ability = buildAbility(this.rules, collection)
    const perField = fields
      .filter((field) => field.name !== 'id')
      .map((field) => allowedRows(ability, action, collection, field.name))
    return and(allowedRows(ability, action, collection), ...perField)
  }

  /** Does a rule name the field, or all that are not hidden? Denials are not asked here. */
  private opens(field: Field): boolean {
    if (this.preset.has(field.name)) return false
    return (
      field.name === 'id' ||
      this.rules.some((rule) => !rule.deny && rule.fields?.has(field.name) !== false && (!field.hidden || rule.fields))
    )
  }
}

function groupByPreset(rules: readonly CompiledRule[]): RuleGroup[] {
  const denials = rules.filter((rule) => rule.deny)
  const groups = new Map<string, CompiledRule[]>()
  for (const rule of rules.filter((candidate) => !candidate.deny)) {
    const key = JSON.stringify([...rule.preset].map(([name, entry]) => [name, presetKey(entry)]))
    groups.set(key, [...(groups.get(key) ?? []), rule])
  }
  return [...groups].map(([key, group]) => new RuleGroup(key, group[0]!.preset, [...group, ...denials]))
}

/** Equal for equal values; a literal and a variable never look alike. */
function presetKey(entry: PresetValue): unknown {
  if ('value' in entry) return { value: entry.value }
  return entry.variable.variable === 'user' ? { user: entry.variable.path } : { now: entry.variable.offsetSeconds }
}
