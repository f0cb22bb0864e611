import { type Action, actions, type RuleDefinition } from '@holdfast/contract'

/** The actions of a rule, in the order people say them. */
export const actionsOf = ({ action }: RuleDefinition): readonly Action[] => {
  const named = Array.isArray(action) ? action : [action]
  return actions.filter((name) => named.includes(name))
}

/** `May read and update`, `May not delete`. */
export const ruleTitle = (rule: RuleDefinition): string => {
  const named = actionsOf(rule)
  const words = named.length > 1 ? `${named.slice(0, -1).join(', ')} and ${named.at(-1)}` : (named[0] ?? 'do nothing')
  return `${rule.deny ? 'May not' : 'May'} ${words}`
}

/** What the server says of rules, which it counts from 0 as paths do, in the numbers that people see here. */
export const withRuleNumbers = (text: string): string =>
  text.replaceAll(/\brule (\d+) \(/g, (_, at: string) => `rule ${Number(at) + 1} (`)
