import { Body, Controller, Delete, Get, HttpCode, Req, Res } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { InPerson } from '../../platform/http/index.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { FreshProof } from '../step-up/fresh-proof.js'
import { FreshProofs } from '../step-up/fresh-proofs.js'
import { StepUpService } from '../step-up/step-up.service.js'
import { DataExports } from './data-exports.js'
import { Erasures } from './erasures.js'
import { DeleteMeRequest } from './privacy.dto.js'
import { AnswersExport, sendExport } from './send-export.js'

@ApiTags('Auth')
@InPerson()
@Controller('auth/me')
export class PrivacyController {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly proofs: FreshProofs,
    private readonly stepUps: StepUpService,
    private readonly exports: DataExports,
    private readonly erasures: Erasures,
  ) {}

  @Get('export')
  @FreshProof()
  @ApiOperation({
    summary: 'All that is known of you',
    description: 'Your record, what the server knows beside it, and the records about you that you may read.',
  })
  @AnswersExport()
  async export(@Caller() user: UserPrincipal, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.limits.count('export', clientOf(request).address, user.userId)
    await sendExport(response, this.exports.lines(user, user.userId))
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete your account and the records about you',
    description: 'Wants a fresh proof; the password in the body is one.',
  })
  @ApiNoContentResponse()
  async delete(
    @Caller() user: UserPrincipal,
    @Body() { password }: DeleteMeRequest,
    @Req() request: Request,
  ): Promise<void> {
    if (password !== undefined) await this.stepUps.byPassword(user, password, clientOf(request).address)
    await this.proofs.require(user)
    await this.erasures.erase(user.userId)
  }
}
