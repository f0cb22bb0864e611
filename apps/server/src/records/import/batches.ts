import type { BadItem, ImportItem } from './read-ndjson.js'

/** Records written by one statement, as far as they are alike. */
const maxItems = 1000
const maxBytes = 4 * 1024 * 1024

export type Batch = readonly (ImportItem | BadItem)[]

/** Puts records together until they are worth a statement. */
export async function* toBatches(pieces: AsyncIterable<Batch>): AsyncGenerator<Batch> {
  let batch: (ImportItem | BadItem)[] = []
  let bytes = 0
  for await (const piece of pieces)
    for (const item of piece) {
      batch.push(item)
      bytes += 'raw' in item ? item.size : 0
      if (batch.length < maxItems && bytes < maxBytes) continue
      yield batch
      batch = []
      bytes = 0
    }
  if (batch.length > 0) yield batch
}
