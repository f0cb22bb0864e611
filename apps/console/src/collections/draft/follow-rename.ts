import type { Json, RuleDefinition } from '@holdfast/contract'
import type { Draft } from './draft'

/**
 * A draft in which what names a field of its own names it by its new name: indexes, rules, conditions, options. Rules of other
 * collections that come here by a relation are not changed; the server says which do.
 */
export function followRename(draft: Draft, from: string, to: string): Draft {
  const rename = (name: string): string => (name === from ? to : name)
  const { tenant, personalData, rules } = draft.options
  return {
    options: {
      ...draft.options,
      ...(tenant !== undefined && { tenant: rename(tenant) }),
      ...(personalData && {
        personalData: {
          ...personalData,
          field: rename(personalData.field),
          ...(personalData.clear && { clear: personalData.clear.map(rename) }),
        },
      }),
      ...(rules && { rules: rules.map((rule) => renameInRule(rule, from, to)) }),
    },
    fields: draft.fields.map((one) => {
      const { from: source, validate, expression } = one.field
      if (source === undefined && !validate && expression === undefined) return one
      const field = {
        ...one.field,
        ...(source !== undefined && { from: rename(source) }),
        ...(validate && { validate: renameInCondition(validate, from, to) as typeof validate }),
        ...(expression !== undefined && { expression: renameInExpression(expression, from, to) }),
      }
      return { ...one, field }
    }),
    indexes: draft.indexes.map(({ key, index }) => ({
      key,
      index: {
        ...index,
        fields: index.fields.map((name) => (name.startsWith('-') ? `-${rename(name.slice(1))}` : rename(name))),
      },
    })),
  }
}

function renameInRule(rule: RuleDefinition, from: string, to: string): RuleDefinition {
  const { conditions, fields, preset } = rule
  return {
    ...rule,
    ...(conditions && { conditions: renameInCondition(conditions, from, to) as typeof conditions }),
    ...(fields && { fields: fields.map((name) => (name === from ? to : name)) }),
    ...(preset && {
      preset: Object.fromEntries(Object.entries(preset).map(([name, value]) => [name === from ? to : name, value])),
    }),
  }
}

const combining = new Set(['$and', '$or', '$not'])

/** Only names of this collection: below a path the names are those of where it leads. */
export function renameInCondition(condition: Json, from: string, to: string): Json {
  if (Array.isArray(condition)) return condition.map((one) => renameInCondition(one, from, to))
  if (typeof condition !== 'object' || condition === null) return condition
  const entries = Object.entries(condition).map(([key, value]): [string, Json] => {
    if (combining.has(key)) return [key, renameInCondition(value, from, to)]
    const path = key === from ? to : key.startsWith(`${from}.`) ? to + key.slice(from.length) : key
    return [path, renameComparedField(value, from, to)]
  })
  return Object.fromEntries(entries)
}

/** `{ "$gt": { "$field": "startsAt" } }` */
function renameComparedField(value: Json, from: string, to: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([operator, operand]) => [
      operator,
      typeof operand === 'object' && operand !== null && !Array.isArray(operand) && operand['$field'] === from
        ? { ...operand, $field: to }
        : operand,
    ]),
  )
}

/** Names outside of quoted texts; no word of the language can be a name of a field that an expression uses. */
const renameInExpression = (expression: string, from: string, to: string): string =>
  expression.replace(/'(?:[^']|'')*'|[A-Za-z_]\w*/g, (word) => (word === from ? to : word))
