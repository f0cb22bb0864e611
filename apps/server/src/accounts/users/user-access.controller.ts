import type { FactorInfo, IdentityInfo, One, UserTeam } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Database } from '../../platform/db/index.js'
import { Admin } from '../../platform/http/index.js'
import { AnswersAll } from '../describe-answers.js'
import { IdentityDetails } from '../identities/identities.dto.js'
import { LinkedIdentities } from '../identities/linked-identities.js'
import { listFactors } from '../mfa/factors.js'
import { FactorDetails } from '../mfa/mfa.dto.js'
import { parseId } from '../parse-id.js'
import { Memberships } from '../teams/memberships.js'
import { UserAccess } from './user-access.js'
import { UserMailRequest, UserTeamDetails } from './users.dto.js'
import { UsersService } from './users.service.js'

/** How a user gets in, and where they are in: for admins who help somebody. */
@ApiTags('Admin')
@Admin()
@Controller('admin/users/:id')
export class UserAccessController {
  constructor(
    private readonly db: Database,
    private readonly users: UsersService,
    private readonly access: UserAccess,
    private readonly identities: LinkedIdentities,
    private readonly memberships: Memberships,
  ) {}

  @Get('factors')
  @ApiOperation({ summary: 'Second factors and passkeys of a user, the oldest first' })
  @AnswersAll(FactorDetails)
  async factors(@Param('id') text: string): Promise<One<FactorInfo[]>> {
    const { id } = await this.users.get(parseId(text))
    return { data: await listFactors(this.db, id) }
  }

  @Get('identities')
  @ApiOperation({ summary: 'Other providers by which a user can sign in' })
  @AnswersAll(IdentityDetails)
  async listIdentities(@Param('id') text: string): Promise<One<IdentityInfo[]>> {
    const { id } = await this.users.get(parseId(text))
    const found = await this.identities.list(id)
    return {
      data: found.map(({ id, provider, email, createdAt, lastUsedAt }) => ({
        ...{ id, provider, email, createdAt, lastUsedAt },
      })),
    }
  }

  @Delete('identities/:identityId')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Unlink a provider from a user, who is told',
    description: 'Also the last way to sign in: a mail to reset the password opens another.',
  })
  @ApiNoContentResponse()
  async unlink(@Param('id') id: string, @Param('identityId') identityId: string): Promise<void> {
    await this.access.unlink(parseId(id), parseId(identityId))
  }

  @Get('teams')
  @ApiOperation({ summary: 'The teams a user is in' })
  @AnswersAll(UserTeamDetails)
  async teams(@Param('id') text: string): Promise<One<UserTeam[]>> {
    const { id } = await this.users.get(parseId(text))
    return { data: await this.memberships.listOf(id) }
  }

  @Post('mails')
  @HttpCode(204)
  @ApiOperation({ summary: 'Send a user the mail that resets the password, or the one that verifies the address' })
  @ApiNoContentResponse()
  async sendMail(@Param('id') id: string, @Body() { kind }: UserMailRequest): Promise<void> {
    await this.access.sendMail(parseId(id), kind)
  }
}
