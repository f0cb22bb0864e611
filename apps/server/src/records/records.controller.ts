import type { OutgoingHttpHeaders } from 'node:http'
import { Controller, Delete, Get, Patch, Post, Put, Req, Res } from '@nestjs/common'
import type { Request, Response } from 'express'
import type { GuardedRequest } from '../auth/index.js'
import { SchemaCache } from '../collections/index.js'
import { invalidAt } from '../lib/index.js'
import { Public } from '../platform/http/index.js'
import { RecordsService, type WriteOptions } from './records.service.js'
import type { Written } from './run-write.js'

/** Records of every collection. Open to everyone: the rules of the collection decide, row by row and field by field. */
@Public()
@Controller('collections/:collection')
export class RecordsController {
  constructor(
    private readonly records: RecordsService,
    private readonly schemas: SchemaCache,
  ) {}

  @Get('records')
  async list(@Req() request: RecordsRequest, @Res() response: Response): Promise<void> {
    const { principal, params } = request
    sendJson(
      response,
      200,
      await this.schemas.consistently(() => this.records.list(principal, params.collection, searchOf(request))),
    )
  }

  @Post('query')
  async query(@Req() request: RecordsRequest, @Res() response: Response): Promise<void> {
    refuseSearch(request)
    const { principal, params, body } = request
    sendJson(
      response,
      200,
      await this.schemas.consistently(() => this.records.query(principal, params.collection, body)),
    )
  }

  @Post('records')
  async create(@Req() request: RecordsRequest, @Res() response: Response): Promise<void> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    if (Array.isArray(body)) {
      const written = await this.schemas.consistently(() =>
        this.records.createMany(principal, params.collection, body, options),
      )
      if (options.minimal) sendNothing(response, 201)
      else sendJson(response, 201, `{"data":[${written.map(({ json }) => json ?? 'null').join(',')}]}`)
      return
    }
    sendRecord(
      response,
      201,
      await this.schemas.consistently(() => this.records.create(principal, params.collection, body, options)),
      options,
    )
  }

  @Get('records/:id')
  async get(@Req() request: RecordRequest, @Res() response: Response): Promise<void> {
    const { principal, params } = request
    const { json, version } = await this.schemas.consistently(() =>
      this.records.get(principal, params.collection, params.id, searchOf(request)),
    )
    sendJson(response, 200, `{"data":${json}}`, version)
  }

  @Patch('records/:id')
  async update(@Req() request: RecordRequest, @Res() response: Response): Promise<void> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    const written = await this.schemas.consistently(() =>
      this.records.update(principal, params.collection, params.id, body, options),
    )
    sendRecord(response, 200, written, options)
  }

  @Put('records/:id')
  async upsert(@Req() request: RecordRequest, @Res() response: Response): Promise<void> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    const { written, created } = await this.schemas.consistently(() =>
      this.records.upsert(principal, params.collection, params.id, body, options),
    )
    sendRecord(response, created ? 201 : 200, written, options)
  }

  @Delete('records/:id')
  async delete(@Req() request: RecordRequest, @Res() response: Response): Promise<void> {
    refuseSearch(request)
    const { principal, params } = request
    await this.schemas.consistently(() =>
      this.records.delete(principal, params.collection, params.id, writeOptions(request)),
    )
    sendNothing(response, 204)
  }
}

// Path parameters are read from the request: Nest runs its pipes over each `@Param`, and there is nothing to convert.
type RecordsRequest = GuardedRequest & { readonly params: { readonly collection: string } }
type RecordRequest = GuardedRequest & { readonly params: { readonly collection: string; readonly id: string } }

/** The query string, undecoded, without `?`. */
function searchOf(request: Request): string {
  const at = request.originalUrl.indexOf('?')
  return at < 0 ? '' : request.originalUrl.slice(at + 1)
}

function refuseSearch(request: Request): void {
  if (searchOf(request) !== '') throw invalidAt('invalid_query', '', 'This route takes no parameters')
}

const writeOptions = (request: Request): WriteOptions => ({
  search: searchOf(request),
  minimal: /(?:^|[,;\s])return=minimal(?:$|[,;\s])/.test(request.get('prefer') ?? ''),
  version: parseIfMatch(request.get('if-match')),
})

/** `"v7"` → 7. `*` matches every version. @throws invalid_value for an ETag that is not one of ours */
function parseIfMatch(header: string | undefined): number | undefined {
  if (header === undefined || header === '*') return undefined
  const match = /^"v(\d{1,10})"$/.exec(header)
  if (!match) throw invalidAt('invalid_value', 'If-Match', 'If-Match takes the ETag of the record, like "v7"')
  return Number(match[1])
}

/** A written record; `null` where the caller may write what they may not read. */
function sendRecord(response: Response, status: 200 | 201, written: Written, options: WriteOptions): void {
  if (options.minimal) sendNothing(response, status === 201 ? 201 : 204)
  else sendJson(response, status, `{"data":${written.json ?? 'null'}}`, written.version)
}

/** Hands the text PostgreSQL built to the socket as it is. */
function sendJson(response: Response, status: number, json: string, version?: number | null): void {
  const headers: OutgoingHttpHeaders = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(json)),
  }
  if (version != null) headers['etag'] = `"v${version}"`
  response.writeHead(status, headers).end(json)
}

function sendNothing(response: Response, status: number): void {
  response.writeHead(status).end()
}
