import type { FieldDefinition } from '@holdfast/contract'
import type { Report } from '../collection.js'
import type { FieldKind } from './field-kind.js'
import { equality } from './operator-sets.js'
import { isStorableText, parseTextOperand } from './text-value.js'

const maxOptions = 500
const maxOptionLength = 200

/** Reports options that are missing, empty, too long or doubled. */
export function checkOptions({ options }: FieldDefinition, report: Report): void {
  if (!options || options.length === 0)
    return void report('options', 'required', 'options must list at least one value')
  if (options.length > maxOptions) report('options', 'too_many', `options must be at most ${maxOptions}`)
  options.forEach((option, index) => {
    const at = `options.${index}`
    if (option === '' || option !== option.trim())
      report(at, 'invalid_text', `${at} must not be empty or begin or end with a space`)
    else if (option.length > maxOptionLength)
      report(at, 'too_long', `${at} must be at most ${maxOptionLength} characters long`)
    else if (!isStorableText(option)) report(at, 'invalid_text', `${at} has a character that cannot be stored`)
    else if (options.indexOf(option) !== index) report(at, 'duplicate', `${at} is listed twice`)
  })
}

export const optionsType = ({ options = [] }: FieldDefinition): string =>
  options.map((option) => JSON.stringify(option)).join(' | ')

/** Long lists are not told. */
const maxToldOptions = 20

export const notAnOption = (path: string, options: readonly string[] = []): string =>
  `${path} must be one of ${options.length > maxToldOptions ? 'the options' : options.join(', ')}`

export const selectField: FieldKind = {
  keys: ['required', 'default', 'unique', 'index', 'immutable', 'searchable', 'options'],
  checkDefinition: checkOptions,
  shape: () => ({ comparison: 'text', sqlType: 'text', operators: equality, parseOperand: parseTextOperand }),
  columnType: () => 'text',

  parser({ options = [] }) {
    const allowed: ReadonlySet<unknown> = new Set(options)
    return (value, path, report) =>
      allowed.has(value) ? (value as string) : void report(path, 'not_an_option', notAnOption(path, options))
  },

  jsonSchema: ({ options }) => ({ type: 'string', enum: options }),
  tsType: optionsType,
}
