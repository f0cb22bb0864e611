import type { Dataset } from './datasets.js'
import type { DemoClient } from './personas.js'
import { type Output, startProgress } from './progress.js'

const batchSize = 1000

/** Creates the records that are not there yet, so that a second run makes nothing twice and an interrupted one goes on. */
export async function loadDataset(
  admin: DemoClient,
  { collection, records, cleaning }: Dataset,
  output: Output,
): Promise<void> {
  const target = admin.collection(collection)
  const progress = startProgress(output, collection, records.length)
  const present = new Set<unknown>()
  for await (const { id } of target.all({ fields: ['id'], sort: 'id', limit: 1000 })) present.add(id)
  const missing = records.filter(({ id }) => !present.has(id))
  progress.advance(records.length - missing.length)
  for (let start = 0; start < missing.length; start += batchSize) {
    const batch = missing.slice(start, start + batchSize)
    await target.create(batch, { minimal: true })
    progress.advance(batch.length)
  }
  progress.finish(
    missing.length === 0 ? `${records.length.toLocaleString('en').padStart(6)} records were there already` : undefined,
  )
  for (const line of cleaning) output.write(`  ${''.padEnd(12)} cleaned: ${line}\n`)
}
