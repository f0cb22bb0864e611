import type { Json, One, SchemaApplyRequest, SchemaPlan, SchemaPlanRequest } from '@holdfast/contract'
import { Body, Controller, HttpCode, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Admin, OnlyReads } from '../platform/http/index.js'
import type { RawChange } from './definition/check-schema.js'
import { applyRequestSchema, planRequestSchema } from './definition/definition-schema.js'
import { flag, type Keys, listOf, object, readObject, text } from './definition/read-shape.js'
import { Reports } from './definition/reports.js'
import { SchemaChanges } from './schema-changes.js'

const planKeys: Keys<SchemaPlanRequest> = { collections: listOf(object, 500), drop: listOf(text(200), 500) }
const applyKeys: Keys<SchemaApplyRequest> = { ...planKeys, hash: text(100), acceptDataLoss: flag }

/** Many collections in one change: what it would do, and doing it. */
@Admin()
@ApiTags('Collections')
@ApiBearerAuth()
@Controller('admin/schema')
export class SchemaController {
  constructor(private readonly changes: SchemaChanges) {}

  @Post('plan')
  @OnlyReads()
  @HttpCode(200)
  @ApiOperation({ summary: 'Show what a change of the schema would do' })
  @ApiBody({ schema: planRequestSchema })
  async plan(@Body() body: Json): Promise<One<SchemaPlan>> {
    const change = changeOf(readBody(body, planKeys))
    return { data: await this.changes.plan(() => change) }
  }

  /** Answers the plan as it was carried out. */
  @Post('apply')
  @HttpCode(200)
  @ApiOperation({ summary: 'Change the schema as planned' })
  @ApiBody({ schema: applyRequestSchema })
  async apply(@Body() body: Json): Promise<One<SchemaPlan>> {
    const request = readBody(body, applyKeys)
    const change = changeOf(request)
    const { hash = '', acceptDataLoss } = request
    return { data: await this.changes.apply(() => change, { hash, acceptDataLoss }) }
  }
}

/** @throws invalid_definition */
function readBody<T>(body: Json, keys: Keys<T>): T {
  const reports = new Reports()
  const request = readObject(body, keys, '', reports.report)
  reports.throwIfAny()
  return request!
}

const changeOf = ({ collections = [], drop = [] }: SchemaPlanRequest): RawChange => ({
  collections: collections.map((raw, index) => ({ raw: raw as unknown as Json, path: `collections.${index}` })),
  drop: drop.map((name, index) => ({ name, path: `drop.${index}` })),
})
