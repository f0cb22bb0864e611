import type { One, OwnTeam, Page, TeamInvite } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { InPerson, SignedIn } from '../../platform/http/index.js'
import { AnswersOne, AnswersPage } from '../describe-answers.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { parsePageQuery, toPage } from '../page-query.js'
import { parseId } from '../parse-id.js'
import { clientOf } from '../sign-in/client-of.js'
import { parseNewEmail } from '../sign-in/parse-sign-up.js'
import { parseTeamRoles } from './parse-roles.js'
import { TeamInvites } from './team-invites.js'
import { NewTeamInviteRequest, OwnTeamDetails, TeamInviteAcceptance, TeamInviteDetails } from './teams.dto.js'

@ApiTags('Teams')
@Controller()
export class TeamInvitesController {
  constructor(
    private readonly invites: TeamInvites,
    private readonly limits: AttemptLimits,
  ) {}

  @Post('teams/:id/invites')
  @SignedIn()
  @ApiOperation({
    summary: 'Invite an e-mail address to a team',
    description: 'The mail has a link for one use, good for seven days. An earlier invite of the address is void.',
  })
  @AnswersOne(TeamInviteDetails, 201)
  async create(
    @Caller() caller: UserPrincipal,
    @Param('id') id: string,
    @Body() body: NewTeamInviteRequest,
    @Req() request: Request,
  ): Promise<One<TeamInvite>> {
    const email = parseNewEmail(body.email)
    const roles = parseTeamRoles(body.roles ?? ['member'])
    const invite = { email, roles, locale: languageOf(request) }
    return { data: await this.invites.create(caller, parseId(id), invite, clientOf(request).address) }
  }

  @Get('teams/:id/invites')
  @SignedIn()
  @ApiOperation({ summary: 'Invites of a team that wait, the newest first' })
  @AnswersPage(TeamInviteDetails)
  async list(
    @Caller() caller: UserPrincipal,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page<TeamInvite>> {
    const page = parsePageQuery(query)
    return toPage(await this.invites.list(caller, parseId(id), page), page)
  }

  @Delete('teams/:id/invites/:inviteId')
  @HttpCode(204)
  @SignedIn()
  @ApiOperation({ summary: 'Take an invite back: its link is void at once' })
  @ApiNoContentResponse()
  async revoke(
    @Caller() caller: UserPrincipal,
    @Param('id') id: string,
    @Param('inviteId') inviteId: string,
  ): Promise<void> {
    await this.invites.revoke(caller, parseId(id), parseId(inviteId))
  }

  @Post('auth/team-invite/accept')
  @HttpCode(200)
  @InPerson()
  @ApiOperation({
    summary: 'Join a team by the token of an invite',
    description: 'The caller must have verified the address the invite was sent to.',
  })
  @AnswersOne(OwnTeamDetails)
  async accept(
    @Caller() caller: UserPrincipal,
    @Body() { token }: TeamInviteAcceptance,
    @Req() request: Request,
  ): Promise<One<OwnTeam>> {
    await this.limits.count('secret', clientOf(request).address)
    return { data: await this.invites.accept(caller, token) }
  }
}

const languageOf = (request: Request): string | undefined =>
  request.acceptsLanguages()[0]?.replace('*', '') || undefined
