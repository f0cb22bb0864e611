import { type ExportFormat, exportFormats } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { RowScope } from '../../permissions/index.js'
import { parseListQuery } from '../read/parse-list-query.js'
import { parseQueryBody, parseQueryString, type RawListQuery } from '../read/raw-query.js'
import type { ListQuery } from '../read/selection.js'

/** What an export is asked for, its query not yet checked. */
export interface RawExport {
  readonly format: ExportFormat
  /** CSV: cells that a spreadsheet would calculate stay as they are. */
  readonly keepsFormulas: boolean
  readonly raw: RawListQuery
}

/** An export whose every name and value is checked. */
export interface ExportQuery extends Omit<RawExport, 'raw'> {
  readonly query: ListQuery
}

/** A list without its pages. */
const names = ['filter', 'sort', 'fields', 'expand', 'search'] as const
const own = ['format', 'formulas'] as const

/** @throws invalid_query */
export function parseExportSearch(search: string): RawExport {
  const parts = search.split('&')
  const isOwn = (part: string): boolean => own.some((name) => part.startsWith(`${name}=`))
  const wanted = new URLSearchParams(parts.filter(isOwn).join('&'))
  for (const name of own)
    if (wanted.getAll(name).length > 1) throw invalidAt('invalid_query', name, `${name} is given more than once`)
  const rest = parts.filter((part) => !isOwn(part)).join('&')
  return { ...parseForm(wanted.get('format'), wanted.get('formulas')), raw: parseQueryString(rest, names, own) }
}

/** @throws invalid_query */
export function parseExportBody(body: unknown): RawExport {
  const { format, formulas, ...rest } = (typeof body === 'object' && body !== null ? body : {}) as {
    [name: string]: unknown
  }
  const raw = parseQueryBody(Array.isArray(body) ? body : rest)
  for (const name of Object.keys(rest))
    if (!(names as readonly string[]).includes(name))
      throw invalidAt(
        'invalid_query',
        name,
        `${name} is not a parameter of this route`,
        `Use ${[...own, ...names].join(', ')}.`,
      )
  return { ...parseForm(format, formulas), raw }
}

/** @throws unknown_field, invalid_query, invalid_value, … with the path */
export function checkExport({ raw, ...form }: RawExport, scope: RowScope): ExportQuery {
  if (form.format === 'csv' && raw.expand !== undefined)
    throw invalidAt('invalid_query', 'expand', 'A cell has no place for other records', 'Export as ndjson or json.')
  return { ...form, query: parseListQuery(raw, scope) }
}

function parseForm(format: unknown = null, formulas: unknown = null): Omit<RawExport, 'raw'> {
  if (!exportFormats.includes(format as ExportFormat))
    throw invalidAt('invalid_query', 'format', `format is one of ${exportFormats.join(', ')}`)
  if (formulas !== null && formulas !== 'keep' && formulas !== 'escape')
    throw invalidAt('invalid_query', 'formulas', 'formulas is keep or escape')
  return { format: format as ExportFormat, keepsFormulas: formulas === 'keep' }
}
