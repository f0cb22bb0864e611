import type { Json } from '@holdfast/contract'
import type { Principal } from '../../auth/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { RecordsService } from '../records.service.js'
import type { Upserts } from '../upsert/upserts.js'
import type { RecordWrites } from '../write/record-writes.js'
import type { WriteOptions } from '../write/write-steps.js'
import { toBatchError } from './batch-errors.js'
import type { Batch, Operation } from './parse-batch.js'
import { type ReferenceSource, resolveReferences } from './references.js'

/** What operations go through: the very same steps as requests of their own. */
export interface BatchParts {
  readonly records: RecordsService
  readonly writes: RecordWrites
  readonly upserts: Upserts
}

/** How long the operations may take together: a transaction that lasts holds up others. */
const maxDurationMs = 30_000

/**
 * Runs the operations one after another in the transaction. Gives the JSON text of each result, `null` where there is none.
 * @throws what an operation throws, naming the operation
 */
export async function runBatch(
  parts: BatchParts,
  principal: Principal,
  { operations, referred }: Batch,
  minimal: boolean,
  tx: Executor,
): Promise<string[]> {
  const results = new Results()
  const endMs = performance.now() + maxDurationMs
  for (const [index, operation] of operations.entries()) {
    if (performance.now() > endMs) throw tooLong()
    const resolved = resolve(operation, index, results)
    try {
      const options = { search: '', minimal: minimal && !referred.has(index), version: operation.version }
      results.add(await runOperation(parts, principal, resolved, options, tx))
    } catch (error) {
      throw toBatchError(error, index)
    }
  }
  return results.texts
}

/** The operation with the values its references stand for. An id that is no text is refused as any id that is none. */
const resolve = (operation: Operation, index: number, results: Results): Operation => ({
  ...operation,
  id: String(resolveReferences(operation.id, `operations.${index}.id`, results)),
  data: resolveReferences(operation.data, `operations.${index}.data`, results) as Operation['data'],
})

async function runOperation(
  { records, writes, upserts }: BatchParts,
  principal: Principal,
  { action, collection, id, data }: Operation,
  options: WriteOptions,
  tx: Executor,
): Promise<string | null> {
  switch (action) {
    case 'create':
      return (await writes.create(principal, collection, data, options, tx)).json
    case 'update':
      return (await writes.update(principal, collection, id, data, options, tx)).json
    case 'upsert':
      return (await upserts.byId(principal, collection, id, data, options, tx)).written.json
    case 'get':
      return (await records.get(principal, collection, id, '', tx)).json
    case 'delete':
      await writes.delete(principal, collection, id, options, tx)
      return null
  }
}

const maxReferredLength = 8 * 1024 * 1024

/** What the operations gave so far; parsed only where one refers to it. */
class Results implements ReferenceSource {
  readonly texts: string[] = []
  private readonly values = new Map<number, Json>()
  private referredLength = 0

  add(json: string | null): void {
    this.texts.push(json ?? 'null')
  }

  resultOf(operation: number): Json {
    let value = this.values.get(operation)
    if (value === undefined) {
      value = JSON.parse(this.texts[operation]!) as Json
      this.values.set(operation, value)
    }
    return value
  }

  /** A long text is sent once, and could be referred to a million times. @throws body_too_large */
  taken(value: Json, path: string): void {
    this.referredLength += typeof value === 'string' ? value.length : JSON.stringify(value).length
    if (this.referredLength > maxReferredLength)
      throw invalidAt('body_too_large', path, `References may bring in ${maxReferredLength} characters together`)
  }
}

const tooLong = () =>
  new AppError('query_timeout', `The batch took longer than ${maxDurationMs / 1000} seconds`, {
    hint: 'Send fewer operations at once.',
    headers: { 'retry-after': '1' },
  })
