import { type LoggedRequest, type Page, principalKinds } from '@holdfast/contract'
import { applyDecorators, Controller, Get, Query } from '@nestjs/common'
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { Database } from '../../platform/db/index.js'
import { Admin } from '../../platform/http/index.js'
import { AnswersPageOf, number, orNull, shape, text, time, whole } from '../describe.js'
import { findRequests, requestFilters } from './find-requests.js'
import { RequestLog } from './request-log.js'

const Filters = () =>
  applyDecorators(
    ...requestFilters.map(({ name, hint }) =>
      ApiQuery({ name, required: false, schema: { type: 'string' }, description: hint }),
    ),
    ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 } }),
    ApiQuery({
      name: 'cursor',
      required: false,
      schema: { type: 'string' },
      description: '`nextCursor` of the page before',
    }),
    ApiQuery({
      name: 'after',
      required: false,
      schema: { type: 'string' },
      description: 'Only lines after this id: for a live view',
    }),
  )

@ApiTags('Observe')
@Admin()
@Controller('admin/observe/requests')
export class RequestsController {
  constructor(
    private readonly db: Database,
    private readonly log: RequestLog,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Requests that were answered, the newest first',
    description: 'Without secrets: of a query only those values are kept that say how a list is shown.',
  })
  @Filters()
  @AnswersPageOf(
    shape({
      id: text,
      at: time,
      method: text,
      route: orNull(text),
      path: text,
      query: orNull(text),
      status: whole,
      ms: number,
      bytes: orNull(whole),
      address: orNull(text),
      principal: { enum: [...principalKinds, null] },
      principalId: orNull(text),
      impersonatorId: orNull(text),
      userAgent: orNull(text),
      requestId: text,
      errorCode: orNull(text),
    }),
  )
  async list(@Query() raw: Record<string, unknown>): Promise<Page<LoggedRequest>> {
    await this.log.flush()
    return findRequests(this.db, raw)
  }
}
