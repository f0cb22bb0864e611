import { Body, Controller, Post, Req, Res } from '@nestjs/common'
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger'
import type { Request, Response } from 'express'
import { PermissionsService } from '../../permissions/index.js'
import { Public } from '../../platform/http/index.js'
import { NewAccounts } from '../account/new-accounts.js'
import { BotChecked } from '../bot-checks/bot-checked.js'
import { parseSignUp } from './parse-sign-up.js'
import { AnswersTokens } from './sign-in-answer.js'
import { SignIns } from './sign-ins.js'
import { SignUps } from './sign-ups.js'

const signUpSchema = {
  type: 'object',
  required: ['email', 'password'],
  properties: {
    email: { type: 'string', format: 'email' },
    password: { type: 'string', format: 'password', description: '8 to 256 characters' },
  },
  additionalProperties: { description: 'A field of `users` that the role `user` may update' },
}

const verifyFirst = {
  type: 'object',
  required: ['data'],
  properties: {
    data: { type: 'object', required: ['verify'], properties: { verify: { type: 'boolean', enum: [true] } } },
  },
}

@ApiTags('Auth')
@Controller('auth')
export class SignUpController {
  constructor(
    private readonly permissions: PermissionsService,
    private readonly accounts: NewAccounts,
    private readonly signUps: SignUps,
    private readonly signIns: SignIns,
  ) {}

  @Post('signup')
  @Public()
  @BotChecked('signUp')
  @ApiOperation({
    summary: 'Make an account and sign in',
    description: 'With the token of an anonymous user, that user becomes the person: the id and the records stay.',
  })
  @ApiBody({ schema: signUpSchema })
  @AnswersTokens(201)
  @ApiResponse({
    status: 202,
    description: 'The address must be proven first: by the link of a mail',
    schema: verifyFirst,
  })
  async signUp(
    @Body() body: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    await this.accounts.requireOpen()
    const signUp = parseSignUp(body, this.permissions.writableFields(['user'], 'update', 'users'))
    const signedIn = await this.signUps.signUp(signUp, request)
    if (signedIn !== undefined) return this.signIns.answer(signedIn, request)
    response.status(202)
    return '{"data":{"verify":true}}'
  }
}
