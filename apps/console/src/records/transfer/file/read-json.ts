import type { Batch, ReadOptions, Row } from './rows'

const batchSize = 2000

type Tell = (batch: Batch) => void
type Next = () => Promise<void>

/** An object per line. */
export async function readLines(file: File, options: ReadOptions, tell: Tell, next: Next): Promise<void> {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader()
  const send = sender(options, tell, next)
  let line = 0
  let rest = ''
  let bytes = 0
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.length
    const lines = (rest + part.value).split('\n')
    rest = lines.pop()!
    for (const text of lines) {
      line += 1
      if (text.trim() !== '') await send.add(parseLine(line, text), bytes)
    }
  }
  if (rest.trim() !== '') await send.add(parseLine(line + 1, rest), bytes)
  await send.flush(file.size)
}

/** One array of objects. It is read as a whole: JSON has no place to begin in the middle. */
export async function readArray(file: File, options: ReadOptions, tell: Tell, next: Next): Promise<void> {
  const items = itemsOf(JSON.parse(await file.text()))
  const send = sender(options, tell, next)
  for (const [index, value] of items.entries())
    await send.add({ line: index + 1, value }, Math.round((file.size * (index + 1)) / items.length))
  await send.flush(file.size)
}

interface Item {
  readonly line: number
  readonly value?: unknown
  readonly problem?: string
}

function itemsOf(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value
  const lists = typeof value === 'object' && value !== null ? Object.values(value).filter(Array.isArray) : []
  if (lists.length === 1) return lists[0]!
  throw new Error('The file holds no list of objects. Write them as [{ … }, { … }].')
}

function parseLine(line: number, text: string): Item {
  try {
    return { line, value: JSON.parse(text) }
  } catch {
    return { line, problem: 'The line is not valid JSON' }
  }
}

/** Hands on items in batches, under the columns of the first one. */
function sender({ columns: wanted }: ReadOptions, tell: Tell, next: Next) {
  let columns = wanted
  let items: Item[] = []
  const flush = async (bytes: number): Promise<void> => {
    if (items.length === 0) return
    columns ??= [...new Set(items.flatMap(({ value }) => (isObject(value) ? Object.keys(value) : [])))]
    const names = columns
    tell({ columns: names, rows: items.map((item) => toRow(item, names)), bytes })
    items = []
    await next()
  }
  return {
    flush,
    add: async (item: Item, bytes: number): Promise<void> => {
      items.push(item)
      if (items.length >= batchSize) await flush(bytes)
    },
  }
}

function toRow({ line, value, problem }: Item, columns: readonly string[]): Row {
  if (problem !== undefined) return { line, cells: [], problem }
  if (!isObject(value)) return { line, cells: [], problem: 'This is no object' }
  return { line, cells: columns.map((name) => value[name]) }
}

const isObject = (value: unknown): value is { readonly [name: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
