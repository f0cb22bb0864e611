import Papa from 'papaparse'
import type { RefusedRow } from './import-run'

/** The refused rows with all their columns, and behind them where they stood and why: to mend, and to import again. */
export function toCsv(columns: readonly string[], refused: readonly RefusedRow[]): string {
  const rows = refused.map(({ row, problems }) => [
    ...columns.map((_, index) => cellText(row.cells[index])),
    row.line,
    problems.map(({ field, message }) => (field ? `${field}: ${message}` : message)).join('; '),
  ])
  return Papa.unparse({ fields: [...columns, '_line', '_reason'], data: rows })
}

const cellText = (value: unknown): string =>
  value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value)
