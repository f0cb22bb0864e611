import type { One } from '@holdfast/contract'
import { Controller, Get } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import { AnswersOne } from '../accounts/index.js'
import { ChangeRetention } from '../changes/index.js'
import { Admin } from '../platform/http/index.js'
import { ChangeLogAnswer } from './changes.dto.js'

@ApiTags('Admin')
@Admin()
@Controller('admin/changes')
export class ChangesController {
  constructor(private readonly retention: ChangeRetention) {}

  @Get()
  @ApiOperation({ summary: 'How large the change log is, how far back it goes, and who has yet to read it' })
  @AnswersOne(ChangeLogAnswer)
  async get(): Promise<One<ChangeLogAnswer>> {
    return { data: await this.retention.state() }
  }
}
