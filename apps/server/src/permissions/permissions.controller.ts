import type { Explanation, Json, One } from '@holdfast/contract'
import { Body, Controller, HttpCode, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Admin } from '../platform/http/index.js'
import { ExplainService } from './explain/explain.service.js'

/** What admins ask about permissions. */
@Admin()
@ApiTags('permissions')
@ApiBearerAuth()
@Controller()
export class PermissionsController {
  constructor(private readonly explanations: ExplainService) {}

  @Post('permissions/explain')
  @HttpCode(200)
  @ApiOperation({ summary: 'Why somebody may or may not do something with a record; nothing is written' })
  async explain(@Body() body: Json): Promise<One<Explanation>> {
    return { data: await this.explanations.explain(body) }
  }
}
