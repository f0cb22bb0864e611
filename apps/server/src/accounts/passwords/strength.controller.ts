import type { One, PasswordStrength } from '@holdfast/contract'
import { Body, Controller, HttpCode, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Public } from '../../platform/http/index.js'
import { AnswersOne } from '../describe-answers.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { PasswordPolicy } from './password-policy.js'
import { PasswordStrengthView, StrengthRequest } from './passwords.dto.js'

@ApiTags('Auth')
@Public()
@Controller('auth/password/strength')
export class StrengthController {
  constructor(
    private readonly policy: PasswordPolicy,
    private readonly limits: AttemptLimits,
  ) {}

  @Post()
  @HttpCode(200)
  @ApiOperation({ summary: 'How hard a password is to guess, and whether it could be set' })
  @AnswersOne(PasswordStrengthView)
  async estimate(
    @Body() { password, email }: StrengthRequest,
    @Req() request: Request,
  ): Promise<One<PasswordStrength>> {
    await this.limits.count('strength', clientOf(request).address)
    return { data: await this.policy.estimate(password, email) }
  }
}
