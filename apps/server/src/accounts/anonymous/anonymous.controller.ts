import { Body, Controller, Post, Req } from '@nestjs/common'
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { AppError } from '../../lib/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { Database } from '../../platform/db/index.js'
import { Public } from '../../platform/http/index.js'
import { NewAccounts } from '../account/new-accounts.js'
import { BotChecked } from '../bot-checks/bot-checked.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { parseProfile } from '../sign-in/parse-sign-up.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { AnonymousSettings } from './anonymous-settings.js'

@ApiTags('Auth')
@Controller('auth')
export class AnonymousController {
  constructor(
    private readonly db: Database,
    private readonly settings: AnonymousSettings,
    private readonly permissions: PermissionsService,
    private readonly limits: AttemptLimits,
    private readonly accounts: NewAccounts,
    private readonly signIns: SignIns,
  ) {}

  @Post('anonymous')
  @Public()
  @BotChecked('anonymous')
  @ApiOperation({
    summary: 'Make an anonymous user and sign in',
    description:
      'The user becomes a person, with the same id and records, by signing up with the token of this answer.',
  })
  @ApiBody({
    required: false,
    schema: {
      type: 'object',
      additionalProperties: { description: 'A field of `users` that the role `user` may update' },
    },
  })
  @AnswersTokens(201)
  async signIn(@Body() body: unknown, @Req() request: Request): Promise<string> {
    await this.accounts.requireOpen()
    if (!(await this.settings.get()).enabled)
      throw new AppError('forbidden', 'Anonymous users are switched off', { hint: 'Sign up, or ask an admin' })
    const given = parseProfile(body ?? {}, this.permissions.writableFields(['user'], 'update', 'users'))
    await this.limits.count('signUp', clientOf(request).address)
    const profile = await this.accounts.admit({ method: 'anonymous', profile: given }, request)
    const signedIn = await this.db.transaction(async (tx) => {
      const userId = await this.accounts.create(tx, { kind: 'anonymous', profile })
      return this.signIns.open(tx, { userId, methods: ['anonymous'] }, request)
    })
    return this.signIns.answer(signedIn, request)
  }
}
