import type { AuditEntry, Page } from '@holdfast/contract'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { AnswersPageOf, listOf, orNull, shape, text, time, whole } from '../../observability/index.js'
import { Database } from '../../platform/db/index.js'
import { Admin } from '../../platform/http/index.js'
import { findAudit } from './find-audit.js'

const entry = shape({
  id: text,
  at: time,
  action: text,
  actorId: orNull(text),
  actorEmail: orNull(text),
  keyId: orNull(text),
  actingAsId: orNull(text),
  method: text,
  route: text,
  target: orNull(text),
  paths: listOf(text),
  address: orNull(text),
  userAgent: orNull(text),
  requestId: text,
  status: whole,
  errorCode: orNull(text),
})

@ApiTags('Observe')
@Admin()
@Controller('admin/audit')
export class AuditController {
  constructor(private readonly db: Database) {}

  @Get()
  @ApiOperation({
    summary: 'What admins did, the newest first',
    description: 'Every change by a route for admins, done or refused, and their sign-ins. Lines cannot be changed.',
  })
  @ApiQuery({ name: 'from', required: false, schema: time })
  @ApiQuery({ name: 'to', required: false, schema: time })
  @ApiQuery({
    name: 'action',
    required: false,
    schema: text,
    description: '`collections.create`, or all of `collections`',
  })
  @ApiQuery({ name: 'actorId', required: false, schema: text, description: 'The admin, or the API key' })
  @ApiQuery({ name: 'target', required: false, schema: text, description: 'A name or an id' })
  @ApiQuery({ name: 'result', required: false, schema: { type: 'string', enum: ['done', 'refused'] } })
  @ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 50 } })
  @ApiQuery({ name: 'cursor', required: false, schema: text, description: '`nextCursor` of the page before' })
  @AnswersPageOf(entry)
  async list(@Query() raw: Record<string, unknown>): Promise<Page<AuditEntry>> {
    return findAudit(this.db, raw)
  }
}
