import type { ErrorItem, Json } from '@holdfast/contract'
import {
  type Collection,
  draftRow,
  type Field,
  makeSlugs,
  type SqlValue,
  storedColumns,
} from '../../collections/index.js'
import { AppError, newId } from '../../lib/index.js'
import type { PresetValue } from '../compile-rules.js'
import { presetToSql } from '../preset-sql.js'
import type { Questions } from './questions.js'

/** Values of a record that is not stored, or of a change to one. */
export interface Draft {
  readonly id: string
  /** The record it changes is stored. */
  readonly stored: boolean
  readonly columns: ReadonlyMap<Field, SqlValue>
  readonly lists: ReadonlyMap<Field, readonly string[]>
  /** Fields that were given, those the server sets itself not among them. */
  readonly given: readonly Field[]
}

/**
 * Checks the values of a draft as a write would. Which fields may be written is no question here.
 * @throws unknown_field, validation_failed with every path
 */
export function parseDraft(
  data: { readonly [name: string]: Json },
  collection: Collection,
  storedId: string | undefined,
): Draft {
  const columns = new Map<Field, SqlValue>()
  const lists = new Map<Field, readonly string[]>()
  const problems: ErrorItem[] = []
  for (const [name, raw] of Object.entries(data)) {
    const field = requireField(name, collection)
    const value = parseValue(field, raw, `data.${name}`, problems)
    if (value === undefined) continue
    if (field.columnType === '') lists.set(field, (value ?? []) as readonly string[])
    else columns.set(field, value)
  }
  if (problems.length > 0) throw new AppError('validation_failed', problems[0]!.message, { errors: problems })
  const id = storedId ?? (columns.get(collection.fields.get('id')!) as string | undefined) ?? newId()
  const given = [...columns.keys(), ...lists.keys()]
  if (storedId === undefined) makeSlugs(data, columns, collection)
  return { id, stored: storedId !== undefined, columns, lists, given }
}

function requireField(name: string, collection: Collection): Field {
  const field = collection.fields.get(name)
  if (field) return field
  const path = `data.${name.slice(0, 60)}`
  const message = collection.inverses.has(name)
    ? `${path} stands for records of another collection: explain each of them by itself`
    : `${path} is not a field of ${collection.name}`
  throw new AppError('unknown_field', message, { errors: [{ path, code: 'unknown_field', message }] })
}

function parseValue(field: Field, raw: Json, path: string, problems: ErrorItem[]): SqlValue | undefined {
  const report = (where: string, code: string, message: string) => void problems.push({ path: where, code, message })
  if (raw !== null) return field.parseValue(raw, path, report)
  if (field.nullable || field.columnType === '') return null
  return report(path, 'required', `${path} must not be null`)
}

/** The draft as `select …` with everything the server would set: see {@link draftRow}. */
export function draftToSql(
  { id, stored, columns }: Draft,
  collection: Collection,
  preset: ReadonlyMap<string, PresetValue>,
  questions: Questions,
): string {
  const given = new Map<string, string>()
  for (const [field, value] of columns) {
    if (field.name === 'id' || preset.has(field.name)) continue
    given.set(field.name, value === null ? `null::${field.columnType}` : field.toColumn(questions.input(value)))
  }
  for (const [name, value] of preset)
    given.set(name, presetToSql(value, collection.fields.get(name)!, questions.context))
  if (stored) {
    given.set('updatedAt', 'now()::timestamptz(3)').set('version', 'b."version" + 1')
    return draftRow(collection, given, `${questions.input(id)}::uuid`)
  }
  if (!given.has('createdBy')) given.set('createdBy', questions.context.params.userId())
  return draftRow(collection, given.set('id', `${questions.input(id)}::uuid`), undefined)
}

/** The collection as it would be with the draft in it: rules that look at its own records find the draft among them. */
export function withDraft(collection: Collection, draft: Draft, row: string, questions: Questions): Collection {
  const id = questions.typedInput(draft.id, 'uuid')
  const columns = storedColumns(collection).join(', ')
  const fields = new Map(collection.fields)
  for (const [field, ids] of draft.lists) fields.set(field.name, withList(field, ids, id, questions))
  return {
    ...collection,
    table: `(select ${columns} from ${collection.table} where "id" <> ${id} union all ${row})`,
    fields,
    field: (name) => fields.get(name) ?? collection.inverses.get(name),
  }
}

function withList(field: Field, ids: readonly string[], id: string, questions: Questions): Field {
  const relation = field.relation as { kind: 'many'; linkTable: string; target: () => Collection }
  const list = questions.typedInput(ids, 'uuid[]')
  const linkTable =
    `(select "source", "target", "position" from ${relation.linkTable} where "source" <> ${id} union all ` +
    `select ${id}, item, at::int4 from unnest(${list}) with ordinality l(item, at))`
  return {
    ...field,
    relation: { ...relation, linkTable },
    select: (row) =>
      `coalesce((select json_agg(l."target" order by l."position") from ${linkTable} l where l."source" = ${row}."id"), '[]')`,
  }
}
