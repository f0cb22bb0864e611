import type { BatchRequest, One } from '@holdfast/contract'
import type { WriteOptions } from './query.js'
import type { CreateOf, RecordOf, SchemaShape } from './schema.js'
import type { Send } from './transport.js'
import type { CreateInput, UpdateInput } from './write.js'

/** Options of a batch. */
export interface BatchOptions extends WriteOptions {
  /** Default `readCommitted`. With `serializable`, conflicts with others are tried again by the server. */
  isolation?: BatchRequest['isolation']
}

declare const result: unique symbol

/** What an operation of a batch will give: its fields stand for their values in later operations. */
export type Pending<T> = { readonly [F in keyof T]-?: T[F] } & { readonly [result]?: T }

/** The results of operations, in their order. */
export type Results<P> = P extends readonly unknown[] ? { [I in keyof P]: ResultOf<P[I]> } : unknown[]

type ResultOf<P> = P extends { readonly [result]?: infer T } ? T : unknown

/** Collects operations. Nothing is sent before the function that was given to `client.batch` returns. */
export interface Batch<S extends SchemaShape<S>> {
  collection<C extends keyof S & string>(name: C): BatchCollection<S, C>
}

/** The writes of one collection in a batch. */
export interface BatchCollection<S extends SchemaShape<S>, C extends keyof S> {
  create(record: CreateInput<S, C>): Pending<RecordOf<S, C>>
  update(id: string, changes: UpdateInput<S, C>, options?: { ifVersion?: number }): Pending<RecordOf<S, C>>
  upsert(id: string, record: CreateOf<S, C>): Pending<RecordOf<S, C>>
  delete(id: string, options?: { ifVersion?: number }): Pending<null>
  get(id: string): Pending<RecordOf<S, C>>
}

/** A field of a result that is not there yet: `$0.id`. */
class Reference {
  constructor(private readonly text: string) {}

  toJSON(): string {
    return this.text
  }
}

/** The operations that a function asks for, as they travel, and the places of those it returned. */
function collectBatch<S extends SchemaShape<S>>(
  build: (batch: Batch<S>) => unknown,
): { operations: unknown[]; wanted: readonly number[] | undefined } {
  const operations: unknown[] = []
  const places = new Map<unknown, number>()
  const add = (operation: object): never => {
    const place = operations.push(toWire(operation)) - 1
    const pending = new Proxy({}, { get: (_, name) => referTo(place, name) })
    places.set(pending, place)
    return pending as never
  }
  const returned = build({
    collection: (collection) => ({
      create: (data) => add({ action: 'create', collection, data }),
      update: (id, data, { ifVersion } = {}) => add({ action: 'update', collection, id, data, version: ifVersion }),
      upsert: (id, data) => add({ action: 'upsert', collection, id, data }),
      delete: (id, { ifVersion } = {}) => add({ action: 'delete', collection, id, version: ifVersion }),
      get: (id) => add({ action: 'get', collection, id }),
    }),
  })
  if (returned instanceof Promise) throw new TypeError('The function given to batch must not be async')
  return { operations, wanted: Array.isArray(returned) ? returned.map((each) => places.get(each) ?? -1) : undefined }
}

const referTo = (place: number, name: string | symbol): unknown =>
  typeof name === 'string' && name !== 'then' && name !== 'toJSON' ? new Reference(`$${place}.${name}`) : undefined

/** A text that looks like a reference and is none gets another `$` in front. */
function toWire(value: unknown): unknown {
  if (typeof value === 'string') return /^\$+\d+\./.test(value) ? `$${value}` : value
  if (Array.isArray(value)) return value.map(toWire)
  if (typeof value !== 'object' || value === null || value instanceof Reference || value instanceof Date) return value
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, toWire(member)]))
}

/** Sends what a function collected; gives the results of what it returned, or of all. */
export async function runBatch<S extends SchemaShape<S>, P>(
  send: Send,
  build: (batch: Batch<S>) => P,
  { signal, isolation, idempotencyKey }: BatchOptions = {},
): Promise<Results<P>> {
  const { operations, wanted } = collectBatch(build)
  const headers = idempotencyKey === undefined ? undefined : { 'idempotency-key': idempotencyKey }
  const answer = await send('POST', '/batch', { body: { operations, isolation }, headers, signal })
  const { data } = answer as One<unknown[]>
  return (wanted ? wanted.map((place) => data[place]) : data) as Results<P>
}
