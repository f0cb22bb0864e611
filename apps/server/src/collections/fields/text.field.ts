import { createRequire } from 'node:module'
import type { FieldKind } from './field-kind.js'
import { textual } from './operator-sets.js'
import { checkLengths, parseText, parseTextOperand } from './text-value.js'

/** Patterns run in linear time whatever they are: RE2 has no backtracking. Loaded when the first pattern is used. */
export function compilePattern(pattern: string): { testExact(text: string): boolean; test(text: string): boolean } {
  const { RE2JS } = createRequire(import.meta.url)('re2js') as typeof import('re2js')
  return RE2JS.compile(pattern)
}

/** The pattern when JavaScript reads it too, as JSON Schema wants. */
function ecmaPattern(pattern: string): string | undefined {
  try {
    return new RegExp(pattern, 'u').source
  } catch {
    return undefined
  }
}

export const textField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'searchable', 'minLength', 'maxLength', 'pattern'],

  checkDefinition(definition, report) {
    checkLengths(definition, report)
    if (definition.pattern === undefined) return
    if (definition.pattern.length > 1000)
      return void report('pattern', 'too_long', 'pattern must be at most 1000 characters long')
    try {
      compilePattern(definition.pattern)
    } catch {
      report('pattern', 'invalid_pattern', 'pattern is not a regular expression of RE2 syntax')
    }
  },

  shape: () => ({ comparison: 'text', sqlType: 'text', operators: textual, parseOperand: parseTextOperand }),
  columnType: () => 'text',

  parser(definition) {
    const pattern = definition.pattern === undefined ? undefined : compilePattern(definition.pattern)
    return (value, path, report) => {
      const text = parseText(value, definition, path, report)
      if (text === undefined || !pattern || pattern.testExact(text)) return text
      return void report(path, 'pattern', `${path} does not match the pattern`)
    }
  },

  jsonSchema: ({ minLength, maxLength, pattern }) => ({
    type: 'string',
    minLength,
    maxLength,
    pattern: pattern === undefined ? undefined : ecmaPattern(`^(?:${pattern})$`),
  }),
  tsType: () => 'string',
}
