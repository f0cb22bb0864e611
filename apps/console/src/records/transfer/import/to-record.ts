import type { CollectionDefinition, Json } from '@holdfast/contract'
import type { Row } from '../file/rows'
import { convert, isEmpty } from './convert'
import { type ImportSettings, importableFields } from './mapping'

/** Why a row is refused, and by which field, where one is to blame. */
export interface RowProblem {
  readonly field?: string | undefined
  readonly message: string
}

/** A row as a record to be written, or what is wrong with it. */
export type Drafted =
  | { readonly row: Row; readonly record: { [field: string]: Json } }
  | { readonly row: Row; readonly problems: readonly RowProblem[] }

/** Makes records of rows, as the settings say. */
export function drafter(collection: CollectionDefinition, settings: ImportSettings): (row: Row) => Drafted {
  const fields = new Map(importableFields(collection).map((field) => [field.name, field]))
  const targets = settings.columns.flatMap(({ field: name, lookup }, index) => {
    const field = name === undefined ? undefined : fields.get(name)
    return field ? [{ field, index, lookup }] : []
  })
  const keys = new Set(settings.key?.split(','))
  return (row) => {
    if (row.problem !== undefined) return { row, problems: [{ message: row.problem }] }
    const record: { [field: string]: Json } = {}
    const problems: RowProblem[] = []
    for (const { field, index, lookup } of targets) {
      const raw = row.cells[index]
      if (isEmpty(raw)) {
        if (keys.has(field.name))
          problems.push({ field: field.name, message: 'Records are found by it, so it must not be empty' })
        else if (field.name === 'id' || settings.empty === 'keep') continue
        else if (field.required && field.default === undefined)
          problems.push({ field: field.name, message: 'A value is needed' })
        else if (!field.required) record[field.name] = isListField(field) ? [] : null
        continue
      }
      const converted = convert(field, raw, lookup !== undefined)
      if ('problem' in converted) problems.push({ field: field.name, message: converted.problem })
      else record[field.name] = converted.value
    }
    return problems.length > 0 ? { row, problems } : { row, record }
  }
}

const isListField = ({ many, type }: { readonly many?: boolean; readonly type: string }): boolean =>
  many === true || type === 'tags' || type === 'multiselect'
