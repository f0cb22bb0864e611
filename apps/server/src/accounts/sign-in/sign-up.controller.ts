import { Body, Controller, Post, Req } from '@nestjs/common'
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Sessions } from '../../auth/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { Database } from '../../platform/db/index.js'
import { Public } from '../../platform/http/index.js'
import { NewAccounts } from '../account/new-accounts.js'
import { anonymousCaller } from '../anonymous/anonymous-caller.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { storePassword } from '../passwords/credentials.js'
import { PasswordHasher } from '../passwords/password-hasher.js'
import { clientOf } from './client-of.js'
import { parseSignUp } from './parse-sign-up.js'
import { AnswersTokens } from './sign-in-answer.js'
import { SignIns } from './sign-ins.js'

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
    private readonly db: Database,
    private readonly permissions: PermissionsService,
    private readonly limits: AttemptLimits,
    private readonly hasher: PasswordHasher,
    private readonly accounts: NewAccounts,
    private readonly signIns: SignIns,
    private readonly sessions: Sessions,
  ) {}

  @Post('signup')
  @Public()
  @ApiOperation({
    summary: 'Make an account and sign in',
    description: 'With the token of an anonymous user, that user becomes the person: the id and the records stay.',
  })
  @ApiBody({ schema: signUpSchema })
  @AnswersTokens(201)
  async signUp(@Body() body: unknown, @Req() request: Request): Promise<string> {
    this.accounts.requireOpen()
    const fields = this.permissions.writableFields(['user'], 'update', 'users')
    const { email, password, profile: given } = parseSignUp(body, fields)
    await this.limits.count('signUp', clientOf(request).address)
    const profile = await this.accounts.admit({ method: 'password', email, profile: given }, request)
    const passwordHash = await this.hasher.hash(password)
    const upgradeOf = anonymousCaller(request)
    const signedIn = await this.db.transaction(async (tx) => {
      const userId = await this.accounts.create(tx, { email, profile, upgradeOf })
      await storePassword(tx, { userId, passwordHash })
      return this.signIns.open(tx, { userId, methods: ['pwd'] }, request)
    })
    if (upgradeOf !== undefined) this.sessions.forget(upgradeOf)
    return this.signIns.answer(signedIn, request)
  }
}
