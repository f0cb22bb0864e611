import type { One, SetupState } from '@holdfast/contract'
import { Body, Controller, Get, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { AnswersOne, AnswersTokens, clientOf, SignInAnswer } from '../accounts/index.js'
import { Public } from '../platform/http/index.js'
import { SetUpRequest, SetupStateAnswer } from './admin.dto.js'
import { FirstAdmin } from './first-admin.js'

@ApiTags('Admin')
@Controller()
export class SetupController {
  constructor(
    private readonly firstAdmin: FirstAdmin,
    private readonly answer: SignInAnswer,
  ) {}

  @Get('admin/setup')
  @Public()
  @ApiOperation({ summary: 'Whether there is an admin' })
  @AnswersOne(SetupStateAnswer)
  async state(): Promise<One<SetupState>> {
    return { data: { ready: await this.firstAdmin.exists() } }
  }

  @Post('admin/setup')
  @Public()
  @ApiOperation({ summary: 'Make the first admin with the token of the set-up link' })
  @AnswersTokens(201)
  async setUp(@Body() body: SetUpRequest, @Req() request: Request): Promise<string> {
    return this.answer.ofSession(await this.firstAdmin.setUp(body, clientOf(request)), request)
  }
}
