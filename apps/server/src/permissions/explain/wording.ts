import type { Explanation, FailedCondition, Json } from '@holdfast/contract'
import type { Decision, Verdict } from './verdicts.js'

/** Rules are counted from 0, as their paths do: `rules.2`. */
export const nameRule = ({ rule, definition }: Verdict): string =>
  `rule ${rule.index} (${definition.role}, ${rule.actions.join(' and ')})`

export const ruleOf = ({ rule, definition }: Verdict): NonNullable<Explanation['rule']> => ({
  index: rule.index,
  role: definition.role,
  action: [...rule.actions],
  deny: rule.deny,
  ...(definition.description !== undefined && { description: definition.description }),
})

/** How a decision came about, as the end of a sentence. */
export function wordDecision(decision: Decision): string {
  switch (decision.kind) {
    case 'allowed':
      return `${nameRule(decision.verdict)} allows it`
    case 'denied':
      return `${nameRule(decision.verdict)} denies it${because(decision.verdict)}`
    case 'unmet':
      return `${nameRule(decision.verdict)} would allow it, but ${wordFailed(decision.failed)}`
    case 'noRule':
      return 'no rule for these roles allows it'
  }
}

function because(verdict: Verdict): string {
  const met = verdict.blame(false)
  return met.length === 0 ? '' : ` because ${met.map(({ path, actual }) => `${path} is ${show(actual)}`).join(' and ')}`
}

export const wordFailed = (failed: readonly FailedCondition[]): string =>
  failed.length === 0 ? 'its condition does not hold' : failed.map(wordOne).join(', and ')

const words: Readonly<Record<string, string>> = {
  $eq: 'must be',
  $ne: 'must not be',
  '$not $eq': 'must not be',
  '$not $ne': 'must be',
  $gt: 'must be more than',
  $gte: 'must be at least',
  $lt: 'must be less than',
  $lte: 'must be at most',
  $in: 'must be one of',
  $nin: 'must be none of',
  '$not $in': 'must be none of',
  $has: 'must have',
  '$not $has': 'must not have',
}

function wordOne({ path, operator, expected, actual }: FailedCondition): string {
  if (path === '$user') return 'nobody is signed in'
  if (operator.endsWith('$null')) {
    const empty = (expected === true) === (operator === '$null')
    return `${path} must ${empty ? '' : 'not '}be empty and is ${show(actual)}`
  }
  const verb = words[operator] ?? `must satisfy ${operator}`
  return `${path} ${verb} ${show(expected)} and is ${show(actual)}`
}

/** Values as they may stand in a sentence. */
function show(value: Json): string {
  if (value === null) return 'empty'
  const text = JSON.stringify(value)
  return text.length > 100 ? `${text.slice(0, 99)}…` : text
}
