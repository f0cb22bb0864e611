import type { IncomingMessage } from 'node:http'
import { Injectable } from '@nestjs/common'
import type { GuardedDirectRequest } from '../../auth/index.js'
import { type Field, SchemaCache } from '../../collections/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { toAppError } from '../../platform/db/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { Log } from '../../platform/log/index.js'
import { ClientGone } from '../outlet.js'
import { collectionPath, prefersMinimal } from '../record-request.js'
import { type ImportOrder, Imports } from './imports.js'
import { readCsv } from './read-csv.js'
import { type ReadItems, readNdjson } from './read-ndjson.js'
import { Report } from './report.js'

type ImportRequest = GuardedDirectRequest & { readonly params: { readonly collection: string } }

/** `POST /collections/{name}/import`: records as a stream, of any size; the answer is a stream that tells of each. */
@Injectable()
export class ImportRoutes {
  constructor(
    private readonly imports: Imports,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly log: Log,
    routes: DirectRoutes,
  ) {
    routes.add({
      method: 'POST',
      path: `${collectionPath}/import`,
      access: 'public',
      body: 'stream',
      handle: (request: ImportRequest) => this.import(request),
    })
  }

  private async import(request: ImportRequest): Promise<Answer> {
    const { by, atomic } = parseImportQuery(request)
    const { principal, params } = request
    const read = readerFor(request, this.permissions.knownFields(principal, this.schemas.get(params.collection)))
    const order = {
      principal,
      collection: params.collection,
      by,
      minimal: prefersMinimal(request),
      requestId: request.id,
    }
    await this.imports.check(order)
    const report = new Report(order.minimal)
    void this.run(request, order, atomic, read, report)
    return { status: 200, stream: report.stream, contentType: 'application/x-ndjson' }
  }

  /** Once the answer has begun, trouble can only be told inside it, or by an end before the last line. */
  private async run(
    request: ImportRequest,
    order: ImportOrder,
    atomic: boolean,
    read: ReadItems,
    report: Report,
  ): Promise<void> {
    // When an import ends before its body does, the rest is for whoever ends the answer.
    const items = read(request.iterator({ destroyOnReturn: false }))
    try {
      if (atomic) await this.imports.runAtomic(order, items, report)
      else await this.imports.runEach(order, items, report)
    } catch (error) {
      await this.giveUp(error, request, report)
    }
    report.stream.end()
  }

  private async giveUp(error: unknown, request: ImportRequest, report: Report): Promise<void> {
    if (error instanceof ClientGone || request.errored || report.stream.destroyed) return
    const known = error instanceof AppError ? error : toAppError(error)
    const facts = { requestId: request.id, err: error }
    if (known) this.log.warn(facts, 'an import was given up')
    else this.log.error(facts, 'an import failed')
    await report.giveUp(known ?? new AppError('internal', 'Something went wrong on our side')).catch(() => {})
  }
}

/** @throws invalid_query */
function parseImportQuery({ url = '' }: IncomingMessage): { by: string | undefined; atomic: boolean } {
  const query = new URLSearchParams(url.split('?')[1] ?? '')
  for (const name of query.keys()) {
    if (name !== 'by' && name !== 'onError')
      throw invalidAt(
        'invalid_query',
        name.slice(0, 60),
        `${name.slice(0, 60)} is not a parameter`,
        'There are by, onError.',
      )
    if (query.getAll(name).length > 1) throw invalidAt('invalid_query', name, `${name} is given more than once`)
  }
  const onError = query.get('onError') ?? 'skip'
  if (onError !== 'skip' && onError !== 'abort')
    throw invalidAt('invalid_query', 'onError', 'onError must be skip or abort')
  return { by: query.get('by') ?? undefined, atomic: onError === 'abort' }
}

/** @throws unsupported_media_type */
function readerFor({ headers }: IncomingMessage, fields: ReadonlyMap<string, Field>): ReadItems {
  const type = (headers['content-type'] ?? '').replace(/\s*;\s*charset\s*=\s*"?utf-8"?\s*$/i, '').toLowerCase()
  if ((headers['content-encoding'] ?? 'identity') !== 'identity')
    throw new AppError('unsupported_media_type', 'A compressed body is not supported')
  if (type === 'application/x-ndjson') return readNdjson
  if (type === 'text/csv') return readCsv(fields)
  throw new AppError('unsupported_media_type', 'An import takes one JSON object per line, or CSV', {
    hint: 'Send it with content-type: application/x-ndjson or text/csv',
  })
}
