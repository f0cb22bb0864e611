const maxCellLength = 42

/** Rows as an aligned text table; columns are the keys, numbers stand right. */
export function formatTable(rows: readonly Readonly<Record<string, unknown>>[], indent = '  '): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const cells = rows.map((row) => columns.map((column) => cellText(row[column], column in row)))
  const widths = columns.map((column, index) => Math.max(column.length, ...cells.map((line) => line[index]!.length)))
  const isNumeric = columns.map((column) => rows.every((row) => row[column] == null || typeof row[column] === 'number'))
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, index) => (isNumeric[index] ? text.padStart(widths[index]!) : text.padEnd(widths[index]!)))
      .join('  ')
      .trimEnd()
  return [line(columns), line(widths.map((width) => '─'.repeat(width))), ...cells.map(line)]
    .map((text) => indent + text)
    .join('\n')
}

/** What is absent is something else than what is empty. */
function cellText(value: unknown, present: boolean): string {
  if (!present) return '·'
  if (value === null || value === undefined) return '–'
  const text =
    typeof value === 'number' ? numberText(value) : typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > maxCellLength ? `${text.slice(0, maxCellLength - 1)}…` : text
}

const numberText = (value: number): string => value.toLocaleString('en', { maximumFractionDigits: 2 })
