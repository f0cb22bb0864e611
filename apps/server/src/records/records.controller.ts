import { Controller, Delete, Get, Param, Patch, Post, Put, Req, Res } from '@nestjs/common'
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
  async list(
    @Req() request: GuardedRequest,
    @Res() response: Response,
    @Param('collection') collection: string,
  ): Promise<void> {
    sendJson(
      response,
      200,
      await this.schemas.consistently(() => this.records.list(request.principal, collection, searchOf(request))),
    )
  }

  @Post('query')
  async query(
    @Req() request: GuardedRequest,
    @Res() response: Response,
    @Param('collection') collection: string,
  ): Promise<void> {
    refuseSearch(request)
    sendJson(
      response,
      200,
      await this.schemas.consistently(() => this.records.query(request.principal, collection, request.body)),
    )
  }

  @Post('records')
  async create(
    @Req() request: GuardedRequest,
    @Res() response: Response,
    @Param('collection') collection: string,
  ): Promise<void> {
    const options = writeOptions(request)
    const { principal, body } = request
    if (Array.isArray(body)) {
      const written = await this.schemas.consistently(() =>
        this.records.createMany(principal, collection, body, options),
      )
      if (options.minimal) sendNothing(response, 201)
      else sendJson(response, 201, `{"data":[${written.map(({ json }) => json ?? 'null').join(',')}]}`)
      return
    }
    sendRecord(
      response,
      201,
      await this.schemas.consistently(() => this.records.create(principal, collection, body, options)),
      options,
    )
  }

  @Get('records/:id')
  async get(
    @Req() request: GuardedRequest,
    @Res() response: Response,
    @Param('collection') collection: string,
    @Param('id') id: string,
  ): Promise<void> {
    const { json, version } = await this.schemas.consistently(() =>
      this.records.get(request.principal, collection, id, searchOf(request)),
    )
    sendJson(response, 200, `{"data":${json}}`, version)
  }

  @Patch('records/:id')
  async update(
    @Req() request: GuardedRequest,
    @Res() response: Response,
    @Param('collection') collection: string,
    @Param('id') id: string,
  ): Promise<void> {
    const options = writeOptions(request)
    sendRecord(
      response,
      200,
      await this.schemas.consistently(() =>
        this.records.update(request.principal, collection, id, request.body, options),
      ),
      options,
    )
  }

  @Put('records/:id')
  async upsert(
    @Req() request: GuardedRequest,
    @Res() response: Response,
    @Param('collection') collection: string,
    @Param('id') id: string,
  ): Promise<void> {
    const options = writeOptions(request)
    const { written, created } = await this.schemas.consistently(() =>
      this.records.upsert(request.principal, collection, id, request.body, options),
    )
    sendRecord(response, created ? 201 : 200, written, options)
  }

  @Delete('records/:id')
  async delete(
    @Req() request: GuardedRequest,
    @Res() response: Response,
    @Param('collection') collection: string,
    @Param('id') id: string,
  ): Promise<void> {
    refuseSearch(request)
    await this.schemas.consistently(() => this.records.delete(request.principal, collection, id, writeOptions(request)))
    sendNothing(response, 204)
  }
}

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
  response.statusCode = status
  response.setHeader('Content-Type', 'application/json; charset=utf-8')
  if (version != null) response.setHeader('ETag', `"v${version}"`)
  response.setHeader('Content-Length', Buffer.byteLength(json))
  response.end(json)
}

function sendNothing(response: Response, status: number): void {
  response.statusCode = status
  response.end()
}
