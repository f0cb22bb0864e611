import { type AppError, invalidAt } from '../../lib/index.js'
import { LineBuffer, type RawLine } from './line-buffer.js'

const lineFeed = 0x0a
const quote = 0x22

/** Cuts bytes into the records of a CSV file (RFC 4180): a line feed between quotes ends none. Each has the number of its first line. */
export class CsvSplitter {
  private line = 1
  private startLine = 1
  private quoted = false
  private readonly record = new LineBuffer()

  push(chunk: Buffer): RawLine[] {
    const records: RawLine[] = []
    let start = 0
    for (let at = 0; at < chunk.length; at++) {
      if (chunk[at] === quote) this.quoted = !this.quoted
      if (chunk[at] !== lineFeed) continue
      this.line += 1
      if (this.quoted) continue
      this.record.keep(chunk.subarray(start, at))
      records.push(...this.take())
      start = at + 1
    }
    this.record.keep(chunk.subarray(start))
    return records
  }

  end(): RawLine[] {
    return this.take()
  }

  private take(): RawLine[] {
    const { startLine } = this
    this.startLine = this.line
    const bytes = this.record.take()
    if (bytes === 'too long') return [{ number: startLine, bytes }]
    const blank = bytes.every((byte) => byte === 0x0d || byte === 0x20)
    return blank ? [] : [{ number: startLine, bytes }]
  }
}

export interface Cell {
  readonly text: string
  readonly quoted: boolean
}

/** The cells of a record. @throws invalid_body */
export function parseCells(record: string, separator: string): Cell[] {
  const text = record.endsWith('\r') ? record.slice(0, -1) : record
  const cells: Cell[] = []
  for (let at = 0; at <= text.length; ) {
    const { cell, end } = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at, separator)
    if (end < text.length && text[end] !== separator) throw malformed('A quote ends inside a cell')
    cells.push(cell)
    at = end + 1
  }
  return cells
}

function readQuoted(text: string, start: number): { cell: Cell; end: number } {
  let end = text.indexOf('"', start + 1)
  while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2)
  if (end < 0) throw malformed('A quote has no end')
  return { cell: { text: text.slice(start + 1, end).replaceAll('""', '"'), quoted: true }, end: end + 1 }
}

function readPlain(text: string, start: number, separator: string): { cell: Cell; end: number } {
  const next = text.indexOf(separator, start)
  const end = next < 0 ? text.length : next
  const plain = text.slice(start, end)
  if (plain.includes('"')) throw malformed('A quote stands inside a cell that does not begin with one')
  return { cell: { text: plain, quoted: false }, end }
}

const malformed = (message: string): AppError => invalidAt('invalid_body', '', message)
