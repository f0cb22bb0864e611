import { Controller, Get, Req, Res } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Response } from 'express'
import type { GuardedRequest } from '../auth/index.js'
import { Public } from '../platform/http/index.js'
import { Documents } from './documents.js'

/** The description of the API for machines. */
@Public()
@ApiTags('Reference')
@Controller('openapi.json')
export class OpenapiController {
  constructor(private readonly documents: Documents) {}

  @Get()
  @ApiOperation({ summary: 'This document: what you may do, as OpenAPI 3.1' })
  @ApiOkResponse({ description: 'An OpenAPI document', schema: { type: 'object', required: ['openapi', 'paths'] } })
  get(@Req() request: GuardedRequest, @Res() response: Response): void {
    const { json, etag } = this.documents.textFor(request.principal)
    response.setHeader('Cache-Control', 'private, no-cache')
    response.setHeader('Vary', 'Authorization, Origin')
    response.setHeader('ETag', etag)
    if (request.headers['if-none-match'] === etag) {
      response.statusCode = 304
      response.end()
      return
    }
    response.setHeader('Content-Type', 'application/json; charset=utf-8')
    response.setHeader('Content-Length', json.length)
    response.end(json)
  }
}
