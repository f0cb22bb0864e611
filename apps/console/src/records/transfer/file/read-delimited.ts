import Papa from 'papaparse'
import type { Batch, ReadOptions, Row } from './rows'

const chunkBytes = 256 * 1024

/** CSV or TSV, piece by piece. `next` resolves when more is wanted. */
export function readDelimited(
  file: File,
  { hasHeader, delimiter }: ReadOptions,
  tell: (batch: Batch) => void,
  next: () => Promise<void>,
): Promise<void> {
  let columns: readonly string[] | undefined
  let line = 1
  let chunks = 0
  const toRows = ({ data, errors }: Papa.ParseResult<string[]>): Row[] => {
    const broken = new Map(errors.flatMap(({ row, message }) => (row === undefined ? [] : [[row, message] as const])))
    return data.flatMap((cells, index): Row[] => {
      const at = line
      line += 1 + cells.reduce((count, cell) => count + lineBreaks(cell), 0)
      if (cells.length === 1 && cells[0]!.trim() === '') return []
      if (!columns) {
        columns = hasHeader ? toNames(cells) : cells.map((_, place) => `Column ${place + 1}`)
        if (hasHeader) return []
      }
      return [toRow(at, cells, columns.length, broken.get(index))]
    })
  }
  return new Promise((resolve, reject) => {
    Papa.parse<string[], File>(file, {
      delimiter,
      chunkSize: chunkBytes,
      chunk: (results, parser) => {
        chunks += 1
        const rows = toRows(results)
        parser.pause()
        tell({
          columns: columns ?? [],
          rows,
          bytes: Math.min(file.size, chunks * chunkBytes),
          delimiter: results.meta.delimiter,
        })
        void next().then(() => parser.resume())
      },
      complete: () => resolve(),
      error: reject,
    })
  })
}

const lineBreaks = (cell: string): number => (cell.includes('\n') ? cell.split('\n').length - 1 : 0)

function toRow(line: number, cells: readonly string[], count: number, mistake: string | undefined): Row {
  if (mistake !== undefined && !/delimiter/i.test(mistake)) return { line, cells, problem: mistake }
  if (cells.length === count) return { line, cells }
  return { line, cells, problem: `The row has ${cells.length} cells, the first row ${count}` }
}

/** Each has a name, and no two the same. */
function toNames(cells: readonly string[]): string[] {
  const names: string[] = []
  for (const [place, cell] of cells.entries()) {
    const name = cell.replace(/^\uFEFF/, '').trim() || `Column ${place + 1}`
    names.push(names.includes(name) ? `${name} (${place + 1})` : name)
  }
  return names
}
