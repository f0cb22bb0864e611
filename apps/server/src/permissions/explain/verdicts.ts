import type { Action, FailedCondition, RuleDefinition } from '@holdfast/contract'
import type { Collection, Field } from '../../collections/index.js'
import type { CompiledRule } from '../compile-rules.js'
import { traceCondition } from './failed-conditions.js'
import type { Answer, Questions } from './questions.js'

/** What became of one rule for the record in question. */
export interface Verdict {
  readonly rule: CompiledRule
  readonly definition: RuleDefinition
  readonly holds: Answer<boolean>
  /** Conditions that did not hold; with `wanted` false those that did. */
  blame(wanted: boolean): FailedCondition[]
}

/** Asks what each of the rules about an action says of the record. */
export const askRules = (
  rules: readonly CompiledRule[],
  action: Action,
  { definition }: Collection,
  questions: Questions,
): Verdict[] =>
  rules
    .filter((rule) => rule.actions.includes(action))
    .map((rule) => {
      const { blame } = traceCondition(rule.condition, questions)
      const holds = questions.holds(rule.condition)
      const missing = rule.replaced === 'needsUser' ? [noUser] : undefined
      return { rule, definition: definition.rules![rule.index]!, holds, blame: (wanted) => missing ?? blame(wanted) }
    })

const noUser: FailedCondition = { path: '$user', operator: '$null', expected: false, actual: null }

/** The rule that decided, and how. */
export type Decision =
  | { readonly kind: 'allowed' | 'denied'; readonly verdict: Verdict }
  /** Rules would allow it, but none of them in this record; the one that is nearest. */
  | { readonly kind: 'unmet'; readonly verdict: Verdict; readonly failed: readonly FailedCondition[] }
  | { readonly kind: 'noRule'; readonly verdict: undefined }

/** How the rules come out for the record, or for one field of it. As CASL has it: a denial of fields closes no record. */
export function decide(verdicts: readonly Verdict[], field?: Field): Decision {
  const about = verdicts.filter(({ rule }) => speaksOf(rule, field))
  const allowing = about.filter(({ rule }) => !rule.deny)
  const holding = allowing.find((verdict) => verdict.holds())
  const denial = about.find((verdict) => verdict.rule.deny && verdict.holds())
  if (holding) return denial ? { kind: 'denied', verdict: denial } : { kind: 'allowed', verdict: holding }
  const nearest = allowing
    .map((verdict) => ({ verdict, failed: verdict.blame(true) }))
    .sort((left, right) => left.failed.length - right.failed.length || rank(right) - rank(left))[0]
  return nearest ? { kind: 'unmet', ...nearest } : { kind: 'noRule', verdict: undefined }
}

/** Of rules that are equally near, the one for the narrower role says more. */
const rank = ({ verdict }: { verdict: Verdict }): number => {
  const { role } = verdict.definition
  return role === 'public' ? 0 : role === 'user' ? 1 : 2
}

function speaksOf(rule: CompiledRule, field: Field | undefined): boolean {
  if (!field) return !(rule.deny && rule.fields)
  if (field.name === 'id') return true
  return rule.fields ? rule.fields.has(field.name) : rule.deny || !field.hidden
}
