import type { Explanation, Json, One, PermissionPreview, RuleTestReport } from '@holdfast/contract'
import { Body, Controller, HttpCode, Post } from '@nestjs/common'
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Admin, OnlyReads } from '../platform/http/index.js'
import { explainRequest, previewRequest, ruleTestRequest } from './describe-requests.js'
import { ExplainService } from './explain/explain.service.js'
import { PreviewService } from './preview/preview.service.js'
import { RuleTestsService } from './rule-tests/rule-tests.service.js'

/** What admins ask about permissions. */
@Admin()
@ApiTags('Permissions')
@ApiBearerAuth()
@Controller()
export class PermissionsController {
  constructor(
    private readonly explanations: ExplainService,
    private readonly ruleTests: RuleTestsService,
    private readonly previews: PreviewService,
  ) {}

  @Post('permissions/explain')
  @OnlyReads()
  @HttpCode(200)
  @ApiOperation({ summary: 'Why somebody may or may not do something with a record; nothing is written' })
  @ApiBody({ schema: explainRequest })
  async explain(@Body() body: Json): Promise<One<Explanation>> {
    return { data: await this.explanations.explain(body) }
  }

  @Post('admin/rules/test')
  @OnlyReads()
  @HttpCode(200)
  @ApiOperation({ summary: 'Try the tests of rules' })
  @ApiBody({ schema: ruleTestRequest })
  async testRules(@Body() body: Json): Promise<One<RuleTestReport>> {
    return { data: await this.ruleTests.run(body) }
  }

  @Post('admin/permissions/preview')
  @OnlyReads()
  @HttpCode(200)
  @ApiOperation({ summary: 'Show which records and fields an edit of rules would open and close; nothing is saved' })
  @ApiBody({ schema: previewRequest })
  async preview(@Body() body: Json): Promise<One<PermissionPreview>> {
    return { data: await this.previews.preview(body) }
  }
}
