import type { IncomingMessage } from 'node:http'
import { Injectable } from '@nestjs/common'
import type { GuardedDirectRequest } from '../auth/index.js'
import { SchemaCache } from '../collections/index.js'
import { invalidAt } from '../lib/index.js'
import { type Answer, DirectRoutes } from '../platform/http/index.js'
import { SafeWrites } from './idempotency/safe-writes.js'
import { placesOf } from './nested/nested-parts.js'
import { RecordsService } from './records.service.js'
import { RecordWrites, type WriteOptions } from './write/record-writes.js'
import type { Target, Written } from './write/run-write.js'

type RecordRequest = GuardedDirectRequest & { readonly params: { readonly collection: string; readonly id: string } }

const collectionPath = '/api/v1/collections/{collection}'
const listPath = `${collectionPath}/records`
const recordPath = `${listPath}/{id}`

/** Records of every collection. Open to everyone: the rules of the collection decide, row by row and field by field. */
@Injectable()
export class RecordRoutes {
  constructor(
    private readonly records: RecordsService,
    private readonly writes: RecordWrites,
    private readonly schemas: SchemaCache,
    private readonly safely: SafeWrites,
    routes: DirectRoutes,
  ) {
    const access = 'public'
    routes.add({ method: 'GET', path: listPath, access, handle: this.handle(this.list) })
    routes.add({ method: 'POST', path: listPath, access, handle: this.write(this.create) })
    routes.add({ method: 'PUT', path: listPath, access, handle: this.write(this.upsertBy) })
    routes.add({ method: 'GET', path: recordPath, access, handle: this.handle(this.get) })
    routes.add({ method: 'PATCH', path: recordPath, access, handle: this.write(this.update) })
    routes.add({ method: 'PUT', path: recordPath, access, handle: this.write(this.upsert) })
    routes.add({ method: 'DELETE', path: recordPath, access, handle: this.write(this.delete) })
    routes.add({ method: 'POST', path: `${collectionPath}/query`, access, handle: this.handle(this.query) })
  }

  /** A route that plans on the schema as it is, and again when that changes while it runs. */
  private handle(route: (request: RecordRequest) => Promise<Answer>): (request: RecordRequest) => Promise<Answer> {
    const work = route.bind(this)
    return (request) => this.schemas.consistently(() => work(request))
  }

  /** A route that writes: all it does, it does in the target it is given. Such a route takes an Idempotency-Key. */
  private write(
    route: (request: RecordRequest, target: Target) => Promise<Answer>,
  ): (request: RecordRequest) => Promise<Answer> {
    const work = route.bind(this)
    return (request) => this.safely.run(request, (target) => work(request, target))
  }

  private async list(request: RecordRequest): Promise<Answer> {
    const { principal, params } = request
    return { status: 200, body: await this.records.list(principal, params.collection, searchOf(request), request) }
  }

  private async query(request: RecordRequest): Promise<Answer> {
    refuseSearch(request)
    const { principal, params, body } = request
    return { status: 200, body: await this.records.query(principal, params.collection, body, request) }
  }

  private async create(request: RecordRequest, target: Target): Promise<Answer> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    if (!Array.isArray(body))
      return recordAnswer(201, await this.writes.create(principal, params.collection, body, options, target), options)
    const written = await this.writes.createMany(principal, params.collection, body, options, target)
    if (options.minimal) return { status: 201 }
    return { status: 201, body: `{"data":[${written.map(({ json }) => json ?? 'null').join(',')}]}` }
  }

  private async get(request: RecordRequest): Promise<Answer> {
    const { principal, params } = request
    const { json, version } = await this.records.get(principal, params.collection, params.id, searchOf(request))
    return { status: 200, body: `{"data":${json}}`, ...etagOf(version) }
  }

  private async update(request: RecordRequest, target: Target): Promise<Answer> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    const written = await this.writes.update(principal, params.collection, params.id, body, options, target)
    return recordAnswer(200, written, options)
  }

  private async upsert(request: RecordRequest, target: Target): Promise<Answer> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    const { written, created } = await this.writes.upsert(
      principal,
      params.collection,
      params.id,
      body,
      options,
      target,
    )
    return recordAnswer(created ? 201 : 200, written, options)
  }

  private async upsertBy(request: RecordRequest, target: Target): Promise<Answer> {
    const { by, options } = keyOptions(request)
    const { principal, params, body } = request
    const isList = Array.isArray(body)
    const parts = isList ? placesOf(body) : [{ raw: body, at: '' }]
    const upserted = await this.writes.upsertBy(principal, params.collection, by, parts, options, target)
    if (!isList) return recordAnswer(upserted[0]!.created ? 201 : 200, upserted[0]!.written, options)
    if (options.minimal) return { status: 204 }
    return { status: 200, body: `{"data":[${upserted.map(({ written }) => written.json ?? 'null').join(',')}]}` }
  }

  private async delete(request: RecordRequest, target: Target): Promise<Answer> {
    refuseSearch(request)
    const { principal, params } = request
    await this.writes.delete(principal, params.collection, params.id, writeOptions(request), target)
    return { status: 204 }
  }
}

/** The query string, undecoded, without `?`. */
export function searchOf({ url = '' }: IncomingMessage): string {
  const at = url.indexOf('?')
  return at < 0 ? '' : url.slice(at + 1)
}

/** @throws invalid_query for parameters in the URL */
export function refuseSearch(request: IncomingMessage): void {
  if (searchOf(request) !== '') throw invalidAt('invalid_query', '', 'This route takes no parameters')
}

function writeOptions(request: IncomingMessage): WriteOptions {
  const { 'if-match': ifMatch } = request.headers
  return {
    search: searchOf(request),
    minimal: prefersMinimal(request),
    version: parseIfMatch(ifMatch),
  }
}

/** `Prefer: return=minimal`: the write is to be answered without the record. */
export const prefersMinimal = ({ headers: { prefer } }: IncomingMessage): boolean =>
  typeof prefer === 'string' && /(?:^|[,;\s])return=minimal(?:$|[,;\s])/.test(prefer)

/** The unique key an upsert goes by, and the rest of what was asked. */
function keyOptions(request: IncomingMessage): { by: string; options: WriteOptions } {
  const options = writeOptions(request)
  if (options.version !== undefined)
    throw invalidAt('invalid_value', 'If-Match', 'If-Match goes with the id of a record in the path')
  const parts = options.search.split('&')
  const keys = parts.filter((part) => part.startsWith('by='))
  if (keys.length > 1) throw invalidAt('invalid_query', 'by', 'by is given more than once')
  const by = new URLSearchParams(keys[0] ?? '').get('by') ?? 'id'
  return { by, options: { ...options, search: parts.filter((part) => !part.startsWith('by=')).join('&') } }
}

/** `"v7"` → 7. `*` matches every version. @throws invalid_value for an ETag that is not one of ours */
function parseIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined
  const match = /^"v(\d{1,10})"$/.exec(header)
  if (!match) throw invalidAt('invalid_value', 'If-Match', 'If-Match takes the ETag of the record, like "v7"')
  return Number(match[1])
}

/** A written record; `null` where the caller may write what they may not read. */
function recordAnswer(status: 200 | 201, { json, version }: Written, { minimal }: WriteOptions): Answer {
  if (minimal) return { status: status === 201 ? 201 : 204 }
  return { status, body: `{"data":${json ?? 'null'}}`, ...etagOf(version) }
}

const etagOf = (version: number | null): Pick<Answer, 'headers'> =>
  version === null ? {} : { headers: { etag: `"v${version}"` } }
