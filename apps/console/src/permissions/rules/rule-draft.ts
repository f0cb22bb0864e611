import type { Action, ConditionJson, Json, RuleDefinition } from '@holdfast/contract'
import { actionsOf } from '../rule-words'

/** A rule as it is being written: what is JSON stays the text that was typed, so that nothing of it is lost. */
export interface RuleDraft {
  /** Stays with it when others move. */
  readonly id: number
  readonly role: string
  readonly actions: readonly Action[]
  readonly deny: boolean
  readonly description: string
  /** Empty: every field that is not hidden. */
  readonly fields: readonly string[]
  readonly conditions: string
  readonly preset: string
  readonly tests: readonly TestDraft[]
}

export interface TestDraft {
  readonly id: number
  readonly description: string
  /** The name of a role, or a user as JSON. */
  readonly as: string
  readonly action: Action | undefined
  readonly expect: 'allowed' | 'denied'
  readonly record: string
  readonly fields: readonly string[]
}

/** A text that is no JSON, by where it stands. */
export interface DraftProblem {
  readonly path: string
  readonly message: string
}

let lastId = 0
export const nextId = (): number => {
  lastId += 1
  return lastId
}

export const toDraft = (rule: RuleDefinition): RuleDraft => ({
  id: nextId(),
  role: rule.role,
  actions: actionsOf(rule),
  deny: rule.deny === true,
  description: rule.description ?? '',
  fields: rule.fields ?? [],
  conditions: toText(rule.conditions),
  preset: toText(rule.preset),
  tests: (rule.tests ?? []).map((test) => ({
    id: nextId(),
    description: test.description ?? '',
    as: typeof test.as === 'string' ? test.as : JSON.stringify(test.as),
    action: test.action,
    expect: test.expect,
    record: toText(test.record),
    fields: test.fields ?? [],
  })),
})

const toText = (value: object | undefined): string =>
  value === undefined || Object.keys(value).length === 0 ? '' : JSON.stringify(value, null, 2)

/** The rules that drafts make, or what in their texts is no JSON. */
export function toRules(drafts: readonly RuleDraft[]): { rules: RuleDefinition[]; problems: DraftProblem[] } {
  const problems: DraftProblem[] = []
  const read = (text: string, path: string): { [key: string]: Json } | undefined => {
    const value = readObject(text)
    if (value === 'wrong') problems.push({ path, message: 'This is not a JSON object yet' })
    return value === 'wrong' ? undefined : value
  }
  const rules = drafts.map((draft, at) => toRule(draft, `rules.${at}`, read))
  return { rules, problems }
}

type Read = (text: string, path: string) => { [key: string]: Json } | undefined

function toRule(draft: RuleDraft, path: string, read: Read): RuleDefinition {
  const { role, deny, description, fields } = draft
  const conditions = read(draft.conditions, `${path}.conditions`) as ConditionJson | undefined
  const preset = read(draft.preset, `${path}.preset`)
  const tests = draft.tests.map((test, at) => ({
    ...(test.description && { description: test.description }),
    as: test.as.trim().startsWith('{') ? (read(test.as, `${path}.tests.${at}.as`) ?? 'user') : test.as.trim(),
    ...(test.action && { action: test.action }),
    record: read(test.record, `${path}.tests.${at}.record`) ?? {},
    expect: test.expect,
    ...(test.fields.length > 0 && { fields: [...test.fields] }),
  }))
  return {
    role,
    action: draft.actions.length === 1 ? draft.actions[0]! : [...draft.actions],
    ...(conditions && Object.keys(conditions).length > 0 && { conditions }),
    ...(fields.length > 0 && { fields: [...fields] }),
    ...(preset && Object.keys(preset).length > 0 && { preset }),
    ...(deny && { deny }),
    ...(description && { description }),
    ...(tests.length > 0 && { tests }),
  }
}

function readObject(text: string): { [key: string]: Json } | undefined | 'wrong' {
  if (text.trim() === '') return undefined
  try {
    const value = JSON.parse(text) as Json
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : 'wrong'
  } catch {
    return 'wrong'
  }
}
