import type { One, OwnTeam, TeamSwitched } from '@holdfast/contract'
import { Body, Controller, Get, Header, HttpCode, Post, Req } from '@nestjs/common'
import { ApiOperation, ApiTags } from '@nestjs/swagger'
import type { Request } from 'express'
import { Caller, sessionModeOf, type UserPrincipal } from '../../auth/index.js'
import { SignedIn, Viewable } from '../../platform/http/index.js'
import { AnswersAll, AnswersOne } from '../describe-answers.js'
import { Memberships } from './memberships.js'
import { TeamSwitches } from './team-switches.js'
import { OwnTeamDetails, TeamSwitchedDetails, TeamSwitchRequest } from './teams.dto.js'

@ApiTags('Teams')
@SignedIn()
@Controller()
export class OwnTeamsController {
  constructor(
    private readonly memberships: Memberships,
    private readonly switches: TeamSwitches,
  ) {}

  @Get('me/teams')
  @Viewable()
  @ApiOperation({ summary: 'The teams the caller is a member of, in the order they joined' })
  @AnswersAll(OwnTeamDetails)
  async list(@Caller() caller: UserPrincipal): Promise<One<OwnTeam[]>> {
    return { data: await this.memberships.listOwn(caller) }
  }

  @Post('auth/team')
  @HttpCode(200)
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'Switch the session to a team of the caller, or to none',
    description: 'Collections marked `tenant` then show and take the records of this team, and no others.',
  })
  @AnswersOne(TeamSwitchedDetails)
  async switchTo(
    @Caller() caller: UserPrincipal,
    @Body() { team }: TeamSwitchRequest,
    @Req() request: Request,
  ): Promise<One<TeamSwitched>> {
    return { data: await this.switches.switchTo(caller, team, sessionModeOf(request)) }
  }
}
