import type { Explanation } from '@holdfast/contract'
import type { Collection, Field } from '../../collections/index.js'
import { and, or } from '../../query/index.js'
import type { WriteScope } from '../row-scope.js'
import type { Stage } from './case.js'
import type { Answer } from './questions.js'
import { askRules, decide, type Verdict } from './verdicts.js'
import { nameRule, wordDecision, wordFailed } from './wording.js'

type Fields = Explanation['fields']

const forAdmins = 'admins pass every rule'

/** Which fields of the record the caller may read, and why. */
export function askReadable({ scopes, collection, questions }: Stage): Answer<Fields> {
  const scope = scopes.read(collection)
  const verdicts = askRules(scopes.rulesOf(collection), 'read', collection, questions)
  const row = scope ? questions.holds(scope.condition) : () => false
  const open = new Map<Field, Answer<boolean>>()
  for (const field of collection.fields.values()) {
    const mask = scope?.readable(field.name)?.mask
    open.set(field, scope && mask ? questions.holds(and(scope.condition, mask)) : () => false)
  }
  const isOpen = (field: Field): boolean => open.get(field)!()
  return () => {
    const why = (field: Field): string => {
      if (!scopes.roles) return forAdmins
      if (field.hidden) return 'hidden: admins only'
      if (!row()) return `the whole record is closed: ${wordDecision(decide(verdicts))}`
      if (field.name === 'id') return 'the id shows in every record that may be read'
      return wordInput(field, collection, isOpen) ?? wordField(field, verdicts)
    }
    return mapFields(collection, (field) => ({ readable: isOpen(field), why: why(field) }))
  }
}

/** A computed field is closed with what it reads. */
function wordInput(field: Field, collection: Collection, isOpen: (field: Field) => boolean): string | undefined {
  const closed = field.inputs.find((name) => !isOpen(collection.fields.get(name)!))
  return closed === undefined ? undefined : `reads ${closed}, which is closed`
}

function wordField(field: Field, verdicts: readonly Verdict[]): string {
  const decision = decide(verdicts, field)
  switch (decision.kind) {
    case 'allowed':
      return `${nameRule(decision.verdict)} opens it`
    case 'denied':
      return wordDecision(decision).replace(' denies it', ' denies it here')
    case 'unmet':
      return `${nameRule(decision.verdict)} would open it, but ${wordFailed(decision.failed)}`
    case 'noRule':
      return 'no rule for these roles names it'
  }
}

/** Which fields the caller may write in the record, each by itself, and why. */
export function askWritable(
  scope: WriteScope | undefined,
  verdicts: readonly Verdict[],
  { scopes, collection, questions }: Stage,
  action: 'create' | 'update',
): Answer<Fields> {
  const readable = askReadable({ scopes, collection, questions, ask: never })
  const open = new Map<Field, Answer<boolean>>()
  for (const field of collection.fields.values()) {
    const mayBe = scope !== undefined && whyNever(field, action) === undefined && scope.canWrite(field)
    const conditions = mayBe ? scope.grants([field]).map((grant) => grant.condition) : []
    open.set(field, mayBe ? questions.holds(or(...conditions)) : () => false)
  }
  return () => {
    const shown = readable()
    return mapFields(collection, (field) => {
      const why =
        whyNever(field, action) ?? (scopes.roles ? wordWritable(field, verdicts, open.get(field)!()) : forAdmins)
      return { readable: shown[field.name]!.readable, writable: open.get(field)!(), why }
    })
  }
}

const never = (): never => {
  throw new Error('This stage is asked by its maker')
}

/** Why no rule could make the field writable. */
export function whyNever(field: Field, action: 'create' | 'update'): string | undefined {
  if (field.definition.type === 'computed') return 'the server computes it'
  if (!field.writable || (action === 'update' && field.name === 'id')) return 'the server sets it'
  if (action === 'update' && field.definition.immutable) return 'it cannot be changed once it is set'
  return undefined
}

function wordWritable(field: Field, verdicts: readonly Verdict[], writable: boolean): string {
  const setting = verdicts.filter(({ rule }) => !rule.deny && rule.preset.has(field.name))
  if (!writable && setting.length > 0 && setting.some((verdict) => verdict.holds()))
    return `${nameRule(setting[0]!)} sets it, so callers may not`
  const row = decide(verdicts)
  if (!writable && row.kind !== 'allowed') return `the whole record is closed: ${wordDecision(row)}`
  return wordField(field, verdicts)
}

const mapFields = <T>({ fields }: Collection, map: (field: Field) => T): { [name: string]: T } =>
  Object.fromEntries([...fields.values()].map((field) => [field.name, map(field)]))
