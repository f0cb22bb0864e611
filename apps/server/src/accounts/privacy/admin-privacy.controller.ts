import { Controller, Get, Param, Req, Res } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Response } from 'express'
import type { GuardedRequest } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { Admin } from '../../platform/http/index.js'
import { findAccountById } from '../account/find-account.js'
import { parseId } from '../parse-id.js'
import { DataExports } from './data-exports.js'
import { AnswersExport, sendExport } from './send-export.js'

@ApiTags('Admin')
@Admin()
@Controller('admin/users')
export class AdminPrivacyController {
  constructor(
    private readonly db: Database,
    private readonly exports: DataExports,
  ) {}

  @Get(':id/export')
  @ApiOperation({
    summary: 'All that is known of a user',
    description: 'With what the rules keep from the user: look through it before you hand it over.',
  })
  @AnswersExport()
  async export(
    @Param('id') text: string,
    @Req() { principal }: GuardedRequest,
    @Res() response: Response,
  ): Promise<void> {
    const id = parseId(text)
    if ((await findAccountById(this.db, id)) === undefined) throw new AppError('not_found', 'There is no such user')
    await sendExport(response, this.exports.lines(principal, id))
  }
}
