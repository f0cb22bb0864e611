import type { ExportFormat, Json } from '@holdfast/contract'
import type { ExportQuery } from './parse-export.js'
import { csvLine, toCells } from './write-csv.js'

/** Text of an export, from the JSON text of its records. */
export interface Writer {
  readonly contentType: string
  /** What stands before the first record. */
  readonly head: string
  /** Some of its records; `isFirst`: nothing was written before. */
  records(json: readonly string[], isFirst: boolean): string
  /** What stands behind the last. */
  readonly tail: string
}

/** A text in JSON has no line feed in it, so one that stands there is space. */
const onOneLine = (json: string): string => (json.includes('\n') ? json.replaceAll('\n', ' ') : json)

const ndjson: Writer = {
  contentType: 'application/x-ndjson',
  head: '',
  records: (json) => json.map((record) => `${onOneLine(record)}\n`).join(''),
  tail: '',
}

const json: Writer = {
  contentType: 'application/json; charset=utf-8',
  head: '[',
  records: (json, isFirst) => `${isFirst ? '\n' : ',\n'}${json.map(onOneLine).join(',\n')}`,
  tail: '\n]\n',
}

function csv({ query, keepsFormulas }: ExportQuery): Writer {
  const fields = query.selection.fields.map(({ field }) => field)
  const line = (record: string): string =>
    csvLine(toCells(JSON.parse(record) as { [name: string]: Json }, fields, keepsFormulas))
  return {
    contentType: 'text/csv; charset=utf-8',
    head: csvLine(fields.map(({ name }) => name)),
    records: (json) => json.map(line).join(''),
    tail: '',
  }
}

export const writerOf = (wanted: ExportQuery): Writer => {
  const writers: Readonly<Record<ExportFormat, () => Writer>> = {
    csv: () => csv(wanted),
    ndjson: () => ndjson,
    json: () => json,
  }
  return writers[wanted.format]()
}
