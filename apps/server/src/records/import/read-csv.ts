import { isUtf8 } from 'node:buffer'
import type { Json } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import { parseJson } from '../../platform/http/index.js'
import type { RawLine } from './line-buffer.js'
import { type BadItem, type ImportItem, type ReadItems, tooLong } from './read-ndjson.js'
import { type Cell, CsvSplitter, parseCells } from './split-csv.js'

interface Header {
  readonly names: readonly string[]
  readonly separator: string
}

/**
 * CSV with a header row of field names, cells separated by comma or semicolon. The field says what a cell is: an empty one
 * is left out, `""` is the empty text, the empty list or null, lists are separated by semicolons or written as JSON.
 * `fields` are those the caller may know of: what is said of a cell must not tell of another.
 */
export const readCsv = (fields: ReadonlyMap<string, Field>): ReadItems =>
  async function* (body) {
    const records = new CsvSplitter()
    let header: Header | undefined
    const toItems = (rows: RawLine[]) =>
      rows.flatMap((row) => {
        if (header) return [toItem(row, header, fields)]
        header = parseHeader(row)
        return []
      })
    for await (const chunk of body) yield toItems(records.push(chunk))
    yield toItems(records.end())
  }

/** @throws invalid_body: without a header no row can be read */
function parseHeader(row: RawLine): Header {
  const text = textOf(row).replace(/^\uFEFF/, '')
  const separator = !text.includes(',') && text.includes(';') ? ';' : ','
  const names = parseCells(text, separator).map((cell) => cell.text.trim())
  if (new Set(names).size < names.length || names.includes(''))
    throw invalidAt('invalid_body', '', 'The first row must name each column once')
  return { names, separator }
}

function toItem(row: RawLine, { names, separator }: Header, fields: ReadonlyMap<string, Field>): ImportItem | BadItem {
  try {
    const cells = parseCells(textOf(row), separator)
    if (cells.length !== names.length)
      throw invalidAt('invalid_body', '', `The row has ${cells.length} cells, the first row ${names.length}`)
    const values = cells.map((cell, index) => [names[index]!, toValue(fields.get(names[index]!), cell)] as const)
    const raw = Object.fromEntries(values.filter(([, value]) => value !== undefined))
    return { line: row.number, raw, size: row.bytes.length }
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    return { line: row.number, error }
  }
}

function textOf({ bytes }: RawLine): string {
  if (bytes === 'too long') throw tooLong()
  if (!isUtf8(bytes)) throw invalidAt('invalid_body', '', 'The row is not valid UTF-8')
  if (bytes.includes(0)) throw invalidAt('invalid_body', '', 'A text may not contain the character U+0000')
  return bytes.toString()
}

// ── cells ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const texts = new Set(['text', 'richtext', 'json'])
const lists = new Set(['tags', 'multiselect'])

/** Undefined: the cell says nothing of the field. What does not fit stays a text, which the field then refuses. */
function toValue(field: Field | undefined, { text, quoted }: Cell): Json | undefined {
  const { type = 'text', many } = field?.definition ?? {}
  const isList = many === true || lists.has(type)
  if (text === '') return quoted ? emptyOf(type, isList) : undefined
  if (type === 'integer' || type === 'number') return toNumber(text)
  if (type === 'boolean') return literals.get(text) ?? text
  if (type === 'geopoint' || type === 'vector') return toStructure(text) ?? text
  if (type === 'json') return toStructure(text) ?? (text === 'null' ? null : (literals.get(text) ?? toNumber(text)))
  if (isList) return toStructure(text) ?? splitList(text)
  return text
}

const emptyOf = (type: string, isList: boolean): Json => {
  if (isList) return []
  return texts.has(type) ? '' : null
}

const literals = new Map([
  ['true', true],
  ['false', false],
])

/** Only a number that is exact: another would be stored as something else than was written. */
function toNumber(text: string): number | string {
  if (!/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text)) return text
  const value = Number(text)
  const exact = Number.isSafeInteger(value) || (Number.isFinite(value) && !/^-?\d+$/.test(text))
  return exact ? value : text
}

const toStructure = (text: string): Json | undefined =>
  /^[[{]/.test(text) ? (parseJson(Buffer.from(text), 'cell') as Json) : undefined

const splitList = (text: string): string[] =>
  text
    .split(';')
    .map((item) => item.trim())
    .filter((item) => item !== '')
