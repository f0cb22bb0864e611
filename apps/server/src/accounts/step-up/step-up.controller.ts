import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { InPerson } from '../../platform/http/index.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { StepUpRequest } from './step-up.dto.js'
import { StepUpService } from './step-up.service.js'

@ApiTags('Auth')
@InPerson()
@Controller('auth/step-up')
export class StepUpController {
  constructor(
    private readonly stepUps: StepUpService,
    private readonly limits: AttemptLimits,
  ) {}

  @Post()
  @HttpCode(204)
  @ApiOperation({
    summary: 'Prove again who is behind this session',
    description: 'Wanted by routes that answer `step_up_required`. Whoever has a second factor proves that one.',
  })
  @ApiNoContentResponse()
  async stepUp(@Caller() caller: UserPrincipal, @Body() body: StepUpRequest, @Req() request: Request): Promise<void> {
    const { password, code, challengeId, response } = body
    const { address } = clientOf(request)
    await this.limits.count('factor', address)
    if (challengeId !== undefined && response !== undefined)
      return this.stepUps.byPasskey(caller, { challengeId, response })
    if (code !== undefined) return this.stepUps.byCode(caller, code)
    if (password === undefined) throw nothingToProve()
    return this.stepUps.byPassword(caller, password, address)
  }
}

const nothingToProve = (): AppError =>
  new AppError('validation_failed', 'Give a password, a code or the answer of a passkey', {
    errors: [{ path: 'password', code: 'required', message: 'password or code is required' }],
  })
