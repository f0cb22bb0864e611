import type { One, SlowStatements as SlowAnswer } from '@holdfast/contract'
import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { Admin } from '../../platform/http/index.js'
import { Answers, flag, listOf, number, orNull, shape, text, time, whole } from '../describe.js'
import { findSlow, forgetSlow } from './find-slow.js'
import { SlowStatements } from './slow-statements.js'

const advice = shape({ message: text, index: shape({ collection: text, fields: listOf(text) }) }, ['index'])
const statement = shape({
  id: text,
  sql: text,
  collection: orNull(text),
  count: whole,
  totalMs: number,
  p95Ms: number,
  maxMs: number,
  firstAt: time,
  lastAt: time,
  advice: listOf(advice),
  calls: orNull(whole),
  meanMs: orNull(number),
})

@ApiTags('Observe')
@Admin()
@Controller('admin/observe/slow')
export class SlowController {
  constructor(
    private readonly db: Database,
    private readonly slow: SlowStatements,
  ) {}

  @Get()
  @ApiOperation({
    summary: 'Statements that were slow, by their shape, those that took most time first',
    description: 'Values are not kept. Lists of records come with advice on indexes.',
  })
  @Answers(shape({ thresholdMs: number, counted: flag, statements: listOf(statement) }))
  async list(): Promise<One<SlowAnswer>> {
    await this.slow.flush()
    return { data: await findSlow(this.db, this.slow.thresholdMs) }
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget all slow statements' })
  @ApiNoContentResponse()
  async clear(): Promise<void> {
    await this.slow.flush()
    await forgetSlow(this.db, undefined)
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Forget a slow statement, such as after an index was made for it' })
  @ApiNoContentResponse()
  async forget(@Param('id') id: string): Promise<void> {
    await this.slow.flush()
    if ((await forgetSlow(this.db, id)) === 0) throw new AppError('not_found', 'There is no such statement')
  }
}
