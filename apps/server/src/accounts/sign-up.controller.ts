import { Body, Controller, Inject, Post, Req } from '@nestjs/common'
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { AppError } from '../lib/index.js'
import { PermissionsService } from '../permissions/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Public } from '../platform/http/index.js'
import { AccountsService } from './accounts.service.js'
import { AttemptLimits } from './attempt-limits.js'
import { clientOf } from './client-of.js'
import { parseSignUp } from './parse-sign-up.js'
import { AnswersTokens, SignInAnswer } from './sign-in-answer.js'

const signUpSchema = {
  type: 'object',
  required: ['email', 'password'],
  properties: {
    email: { type: 'string', format: 'email' },
    password: { type: 'string', format: 'password', description: '8 to 256 characters' },
  },
  additionalProperties: { description: 'A field of `users` that the role `user` may update' },
}

@ApiTags('Auth')
@Controller('auth')
export class SignUpController {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly permissions: PermissionsService,
    private readonly limits: AttemptLimits,
    private readonly accounts: AccountsService,
    private readonly answer: SignInAnswer,
  ) {}

  @Post('signup')
  @Public()
  @ApiOperation({ summary: 'Make an account and sign in' })
  @ApiBody({ schema: signUpSchema })
  @AnswersTokens(201)
  async signUp(@Body() body: unknown, @Req() request: Request): Promise<string> {
    if (!this.config.signupEnabled) throw new AppError('forbidden', 'Sign-up is closed', { hint: 'Ask an admin' })
    const signUp = parseSignUp(body, this.permissions.writableFields(['user'], 'update', 'users'))
    const client = clientOf(request)
    await this.limits.countSignUp(client.address)
    return this.answer.ofSession(await this.accounts.signUp(signUp, client))
  }
}
