import { Body, Controller, Get, Post, Req, Res } from '@nestjs/common'
import { ApiExcludeEndpoint, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { AnswersTokens, clientOf, SignInAnswer } from '../accounts/index.js'
import { Public } from '../platform/http/index.js'
import { SetUpRequest } from './admin.dto.js'
import { FirstAdmin } from './first-admin.js'
import { setupPage, setupPagePolicy } from './setup-page.js'

@ApiTags('Admin')
@Controller()
export class SetupController {
  constructor(
    private readonly firstAdmin: FirstAdmin,
    private readonly answer: SignInAnswer,
  ) {}

  @Get('setup')
  @Public()
  @ApiExcludeEndpoint()
  async show(@Res() response: Response): Promise<void> {
    const page = setupPage(await this.firstAdmin.exists())
    response
      .status(200)
      .set({
        'Content-Security-Policy': setupPagePolicy,
        'Cache-Control': 'no-store',
        'Referrer-Policy': 'no-referrer',
      })
      .type('html')
      .send(page)
  }

  @Post('admin/setup')
  @Public()
  @ApiOperation({ summary: 'Make the first admin with the token of the set-up link' })
  @AnswersTokens(201)
  async setUp(@Body() body: SetUpRequest, @Req() request: Request): Promise<string> {
    return this.answer.ofSession(await this.firstAdmin.setUp(body, clientOf(request)), request)
  }
}
