import { Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { AppError } from '../../lib/index.js'
import { Public } from '../../platform/http/index.js'
import { IdentitySignIns } from '../identities/identity-sign-ins.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { LdapLoginRequest } from './ldap.dto.js'
import { LdapDirectories } from './ldap-directories.js'
import { LdapSignIn } from './ldap-sign-in.js'
import { toLdapIdentity } from './to-ldap-identity.js'

@ApiTags('Auth')
@Controller('auth/ldap')
export class LdapController {
  constructor(
    private readonly limits: AttemptLimits,
    private readonly directories: LdapDirectories,
    private readonly ldap: LdapSignIn,
    private readonly signIns: IdentitySignIns,
  ) {}

  @Post(':provider')
  @HttpCode(200)
  @Public()
  @ApiOperation({ summary: 'Sign in with the password somebody has in a directory (LDAP)' })
  @AnswersTokens()
  async login(
    @Param('provider') id: string,
    @Body() { username, password }: LdapLoginRequest,
    @Req() request: Request,
  ): Promise<string> {
    const directory = await this.directories.get(id)
    const account = `ldap ${id} ${username.normalize('NFKC').toLowerCase()}`
    const entry = await this.limits.tryPassword(account, clientOf(request).address, () =>
      this.ldap.prove(directory, username, password),
    )
    if (entry === undefined) throw new AppError('invalid_credentials', 'Name or password is wrong')
    return this.signIns.signIn(toLdapIdentity(id, directory, entry), request)
  }
}
