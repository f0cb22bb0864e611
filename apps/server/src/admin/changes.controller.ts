import type { One } from '@holdfast/contract'
import { Controller, Get, Query } from '@nestjs/common'
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { AnswersOne } from '../accounts/index.js'
import { ChangeRetention } from '../changes/index.js'
import { Admin } from '../platform/http/index.js'
import { ChangeLogAnswer, ChangeTailAnswer } from './changes.dto.js'
import { parseTailQuery, TailedChanges } from './tailed-changes.js'

@ApiTags('Admin')
@Admin()
@Controller('admin/changes')
export class ChangesController {
  constructor(
    private readonly retention: ChangeRetention,
    private readonly tailed: TailedChanges,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How large the change log is, how far back it goes, and who has yet to read it' })
  @AnswersOne(ChangeLogAnswer)
  async get(): Promise<One<ChangeLogAnswer>> {
    return { data: await this.retention.state() }
  }

  @Get('tail')
  @ApiOperation({ summary: 'Changes of records since the cursor; without one, where to begin' })
  @ApiQuery({ name: 'cursor', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'collection', required: false, schema: { type: 'string' }, description: 'Only of this one' })
  @AnswersOne(ChangeTailAnswer)
  async tail(@Query() raw: Record<string, unknown>): Promise<One<ChangeTailAnswer>> {
    return { data: await this.tailed.read(parseTailQuery(raw)) }
  }
}
