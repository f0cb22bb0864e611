import type { Field } from '../collections/index.js'
import { nowToSql, type SqlContext, userVariableToSql } from '../query/index.js'
import type { PresetValue } from './compile-rules.js'

/** The value a rule sets, as the column takes it. */
export function presetToSql(preset: PresetValue, field: Field, context: SqlContext): string {
  if ('value' in preset)
    return preset.value === null ? `null::${field.columnType}` : field.toColumn(context.params.value(preset.value))
  return preset.variable.variable === 'now'
    ? nowToSql(preset.variable, field)
    : userVariableToSql(preset.variable, context)
}
