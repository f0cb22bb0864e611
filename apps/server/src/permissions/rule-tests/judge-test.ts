import type { Action, Json } from '@holdfast/contract'
import type { Collection, Field } from '../../collections/index.js'
import { type Condition, type MatchContext, type MatchRecord, matchCondition, variableOf } from '../../query/index.js'
import type { PresetValue } from '../compile-rules.js'
import type { WriteGrant, WriteScope } from '../row-scope.js'
import type { Scopes } from '../scopes.js'
import type { TestRecords } from './test-record.js'

/** A test with everything that is known about it. */
export interface TestCase {
  readonly action: Action
  readonly scopes: Scopes
  readonly collection: Collection
  readonly records: TestRecords
  readonly record: MatchRecord
  /** Fields whose value the test gives. */
  readonly given: ReadonlySet<string>
  /** Fields the body of a write would name. */
  readonly sent: readonly Field[]
  readonly context: MatchContext
}

/** What the rules say to a test. */
export interface Judgement {
  /** Undefined: the test does not give all that they ask for. */
  readonly allowed: boolean | undefined
  /** The record it was decided on: with what the server sets. */
  readonly record: MatchRecord
  /** A field that stands in the way of a write, whatever the record is. */
  readonly closed?: Field | undefined
}

export function judge(test: TestCase): Judgement {
  const { action, scopes, collection, record } = test
  if (action === 'create' || action === 'update') return judgeWrite(test, scopes[action](collection))
  const scope = scopes[action](collection)
  return { allowed: scope ? holds(scope.condition, record, test) : false, record }
}

/** Does the field show in the record? */
export function isShown(name: string, test: TestCase): boolean | undefined {
  const mask = test.scopes.read(test.collection)?.readable(name)?.mask
  return mask ? holds(mask, test.record, test) : false
}

/** A write that leaves the record as the test gives it, in any of the ways that are granted. */
function judgeWrite(test: TestCase, scope: WriteScope | undefined): Judgement {
  const { record, sent, action } = test
  if (!scope) return { allowed: false, record }
  const fixed = sent.find((field) => !isSettable(field, action, test.collection))
  if (fixed) return { allowed: false, record, closed: fixed }
  let outcome: Judgement = {
    allowed: false,
    record,
    closed: sent.find((field) => grantsFor([field], scope).length === 0),
  }
  for (const grant of grantsFor(sent, scope)) {
    const set = withPreset(grant, test)
    const allowed = set && holds(grant.condition, set, test)
    if (set && allowed) return { allowed, record: set }
    if (set && (allowed === undefined || outcome.allowed === false)) outcome = { allowed, record: set }
  }
  return outcome
}

const holds = (condition: Condition, record: MatchRecord, { context }: TestCase): boolean | undefined =>
  matchCondition(condition, record, context)

/** The team of a record is the one the user has switched to. */
export const isSettable = (field: Field, action: Action, { definition }: Collection): boolean =>
  field.writable &&
  field.name !== definition.tenant &&
  !(action === 'update' && (field.name === 'id' || field.definition.immutable === true))

/** The grants for these fields. What a rule presets needs no right: the record has it because the rule sets it. */
function grantsFor(fields: readonly Field[], scope: WriteScope): WriteGrant[] {
  return scope.grants([]).flatMap(({ preset }) => {
    const sent = fields.filter(({ name }) => !preset.has(name))
    return scope.grants(sent).filter((grant) => grant.preset === preset || grant.preset.size + preset.size === 0)
  })
}

/** The record with what the rule sets; undefined when the test says it would be otherwise. */
function withPreset({ preset }: WriteGrant, { record, records, given, context }: TestCase): MatchRecord | undefined {
  const changes: { [name: string]: Json } = {}
  for (const [name, entry] of preset) {
    const value = presetValue(entry, context)
    if (given.has(name)) {
      if (value !== undefined && JSON.stringify(record[name]) !== JSON.stringify(value)) return undefined
    } else if (value !== undefined) changes[name] = value
  }
  return Object.keys(changes).length === 0 ? record : records.change(record, changes)
}

/** Undefined for `$now`: a test cannot name the very moment. */
function presetValue(entry: PresetValue, { user }: MatchContext): Json | undefined {
  if ('value' in entry) return entry.value as Json
  const { variable } = entry
  return variable.variable === 'now' ? undefined : variableOf(variable, user)
}
