import { Ability } from '@casl/ability'
import { rulesToCondition } from '@casl/ability/extra'
import type { Action } from '@holdfast/contract'
import { ALWAYS, and, type Condition, isAlways, isNever, NEVER, not, or, simplify } from '../query/index.js'
import type { CompiledRule } from './compile-rules.js'

type RuleAbility = Ability<[Action, string], Condition>

/** A CASL ability over rules whose conditions are already trees. The decision is made in SQL, never on the class name. */
export function buildAbility(rules: readonly CompiledRule[], subject: string): RuleAbility {
  const raw = rules
    .filter((rule) => !isNever(rule.condition))
    .map((rule) => ({
      action: [...rule.actions],
      subject,
      inverted: rule.deny,
      ...(rule.fields && { fields: [...rule.fields] }),
      ...(isAlways(rule.condition) ? {} : { conditions: rule.condition }),
    }))
  return new Ability<[Action, string], Condition>(raw, {
    conditionsMatcher: (ast) => Object.assign(decideInSql, { ast }),
    fieldMatcher: (fields) => (field) => fields.includes(field),
    // CASL's words for every action and every subject could be the name of a collection; no name of ours has a star.
    anyAction: '*',
    anySubjectType: '*',
  })
}

const decideInSql = (): never => {
  throw new Error('Conditions are decided by SQL')
}

/**
 * The rows of `subject` on which `action` is allowed; with `field`, those on which it is allowed for that field.
 * CASL gives null for *forbidden*, which is no row at all, never "no WHERE".
 */
export function allowedRows(ability: RuleAbility, action: Action, subject: string, field?: string): Condition {
  const rules = ability.rulesFor(action, subject, field)
  const condition = rulesToCondition<RuleAbility, Condition, Condition>(
    rules,
    (rule) => (rule.inverted ? not(rule.conditions as Condition) : (rule.conditions as Condition)),
    { and: (parts) => and(...parts), or: (parts) => or(...parts), empty: () => ALWAYS },
  )
  return condition === null ? NEVER : simplify(condition)
}
