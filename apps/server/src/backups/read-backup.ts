import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { defineError } from '../lib/index.js'
import { parseJson } from '../platform/http/index.js'
import {
  type BackupEnd,
  type BackupHeader,
  maxLineBytes,
  type Row,
  type TableEnd,
  type TableLine,
} from './backup-format.js'

const invalid = defineError('validation_failed')
const unreadable = ({ message }: Error) =>
  invalid(`The file of the backup cannot be read: ${message}`, {
    hint: 'Give the user of the server the right to read it.',
  })
const damaged = (what: string) =>
  invalid(`The backup is damaged: ${what}`, { hint: 'Take another one, or copy the file again.' })

/** What is read of a backup, in this order: its header, tables with their rows, its end. */
export interface BackupReader {
  header(header: BackupHeader): Promise<void> | void
  /** Begins a table. What it gives takes the rows, some at a time; undefined passes them over. */
  table(line: TableLine): Promise<((rows: readonly Row[]) => Promise<void>) | undefined>
}

/** Reads no more than what a backup says of itself. @throws validation_failed where that is damaged */
export async function readBeginning(path: string): Promise<BackupHeader> {
  for await (const line of linesOf(path)) return toHeader(parse(line))
  throw damaged('it ends too soon')
}

const rowsAtATime = 500

/** Reads a whole backup once, in constant memory. Nothing in it is believed. @throws validation_failed where it is damaged */
export async function readBackup(path: string, reader: BackupReader): Promise<BackupEnd> {
  const lines = linesOf(path)
  const next = async (): Promise<unknown> => {
    const { value, done } = await lines.next()
    if (done) throw damaged('it ends too soon')
    return parse(value)
  }
  await reader.header(toHeader(await next()))
  let records = 0
  while (true) {
    const line = await next()
    if (isEnd(line)) {
      if (line.records !== records) throw damaged(`${line.records} records were written and ${records} are there`)
      if (!(await lines.next()).done) throw damaged('something comes behind its end')
      return line
    }
    if (!isTable(line)) throw damaged('a table was expected')
    const rows = await readRows(line, next, await reader.table(line))
    if (line.list === undefined) records += rows
  }
}

async function readRows(
  { collection, fields }: TableLine,
  next: () => Promise<unknown>,
  take: ((rows: readonly Row[]) => Promise<void>) | undefined,
): Promise<number> {
  let count = 0
  let batch: Row[] = []
  while (true) {
    const line = await next()
    if (isRow(line, fields.length)) {
      count += 1
      if (take) batch.push(line)
      if (batch.length === rowsAtATime) {
        await take?.(batch)
        batch = []
      }
      continue
    }
    if (!isTableEnd(line) || line.rows !== count) throw damaged(`rows of ${collection} are missing`)
    if (batch.length > 0) await take?.(batch)
    return count
  }
}

async function* linesOf(path: string): AsyncGenerator<Buffer> {
  // Whatever ends one of both ends the other: a file that cannot be read is an error here, and one that is left is closed.
  const unzipped = pipeline(createReadStream(path), createGunzip(), () => undefined)
  let parts: Buffer[] = []
  let length = 0
  try {
    for await (const chunk of unzipped as AsyncIterable<Buffer>) {
      let from = 0
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, from)) {
        parts.push(chunk.subarray(from, at))
        yield Buffer.concat(parts)
        parts = []
        length = 0
        from = at + 1
      }
      parts.push(chunk.subarray(from))
      length += chunk.length - from
      if (length > maxLineBytes) throw damaged('a line is too long')
    }
  } catch (error) {
    if (/^Z_|^ERR_/.test((error as NodeJS.ErrnoException).code ?? '')) throw damaged('it cannot be unpacked')
    if (/^E(ACCES|PERM|IO|NOENT|ISDIR)$/.test((error as NodeJS.ErrnoException).code ?? ''))
      throw unreadable(error as Error)
    throw error
  }
  if (length > 0) throw damaged('it ends too soon')
}

function parse(line: Buffer): unknown {
  try {
    return parseJson(line)
  } catch {
    throw damaged('a line is no JSON')
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string')

const isHeader = (value: unknown): value is BackupHeader =>
  isObject(value) &&
  value['format'] === 1 &&
  Array.isArray(value['definitions']) &&
  value['definitions'].every(
    (item) => isObject(item) && typeof item['name'] === 'string' && Array.isArray(item['fields']),
  ) &&
  Array.isArray(value['roles']) &&
  value['roles'].every((item) => isObject(item) && typeof item['name'] === 'string')

function toHeader(value: unknown): BackupHeader {
  if (!isHeader(value)) throw damaged('it does not begin as backups do')
  return value
}

const isTable = (value: unknown): value is TableLine =>
  isObject(value) &&
  typeof value['collection'] === 'string' &&
  isTexts(value['fields']) &&
  (value['list'] === undefined || typeof value['list'] === 'string')

const isTableEnd = (value: unknown): value is TableEnd => isObject(value) && Number.isInteger(value['rows'])
const isEnd = (value: unknown): value is BackupEnd =>
  isObject(value) && value['end'] === true && Number.isInteger(value['records'])
const isRow = (value: unknown, length: number): value is Row =>
  Array.isArray(value) && value.length === length && value.every((item) => item === null || typeof item === 'string')
