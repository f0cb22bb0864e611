import type { ImportLine } from '@holdfast/contract'

type Failure = Extract<ImportLine, { status: 'failed' }>

/** What an import did. */
export interface ImportReport {
  created: number
  updated: number
  failed: number
  /** Why, for the first 1,000: `line` counts the records from 1. */
  failures: Failure[]
}

/** Characters of one request: it stays small for phones and proxies. */
const maxPartLength = 1_000_000
const maxFailures = 1000

export const importHeaders = { 'content-type': 'application/x-ndjson', prefer: 'return=minimal' }

/** Sends records as lines of JSON, part by part, and adds up the answers. */
export async function importRecords(
  records: Iterable<object> | AsyncIterable<object>,
  send: (lines: string) => Promise<unknown>,
): Promise<ImportReport> {
  const report: ImportReport = { created: 0, updated: 0, failed: 0, failures: [] }
  let part: string[] = []
  let length = 0
  let sent = 0
  const flush = async (): Promise<void> => {
    if (part.length === 0) return
    addLines(report, (await send(part.join(''))) as string, sent)
    sent += part.length
    part = []
    length = 0
  }
  for await (const record of records) {
    const line = `${JSON.stringify(record)}\n`
    part.push(line)
    length += line.length
    if (length >= maxPartLength) await flush()
  }
  await flush()
  return report
}

function addLines(report: ImportReport, answer: string, sent: number): void {
  for (const text of answer.split('\n')) {
    if (text === '') continue
    const line = JSON.parse(text) as ImportLine
    if ('done' in line) {
      report.created += line.created
      report.updated += line.updated
      report.failed += line.failed
    } else if (line.status === 'failed' && report.failures.length < maxFailures)
      report.failures.push({ ...line, line: line.line + sent })
  }
}
