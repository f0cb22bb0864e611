import type { One, Page, TeamMember } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { Admin, SignedIn } from '../../platform/http/index.js'
import { AnswersOne, AnswersPage } from '../describe-answers.js'
import { parsePageQuery } from '../page-query.js'
import { parseId } from '../parse-id.js'
import { Memberships } from './memberships.js'
import { parseTeamRoles } from './parse-roles.js'
import { NewTeamMemberRequest, TeamMemberChangeRequest, TeamMemberDetails } from './teams.dto.js'

@ApiTags('Teams')
@SignedIn()
@Controller('teams/:id/members')
export class MembersController {
  constructor(private readonly memberships: Memberships) {}

  @Get()
  @ApiOperation({ summary: 'The members of a team, for its members' })
  @AnswersPage(TeamMemberDetails)
  async list(
    @Caller() caller: UserPrincipal,
    @Param('id') id: string,
    @Query() query: Record<string, unknown>,
  ): Promise<Page<TeamMember>> {
    const page = parsePageQuery(query)
    const found = await this.memberships.list(caller, parseId(id), page)
    const data = found.slice(0, page.limit)
    return { data, meta: { nextCursor: found.length > page.limit ? data.at(-1)!.userId : null } }
  }

  @Post()
  @Admin()
  @ApiOperation({ summary: 'Make a user a member without an invite; for admins of the server' })
  @AnswersOne(TeamMemberDetails, 201)
  async add(@Param('id') id: string, @Body() { userId, roles }: NewTeamMemberRequest): Promise<One<TeamMember>> {
    return { data: await this.memberships.add(parseId(id), parseId(userId), parseTeamRoles(roles)) }
  }

  @Patch(':userId')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Give a member exactly these roles',
    description: 'For owners and admins of the team. Only owners make and change owners; the last owner stays one.',
  })
  @ApiNoContentResponse()
  async change(
    @Caller() caller: UserPrincipal,
    @Param('id') id: string,
    @Param('userId') userId: string,
    @Body() { roles }: TeamMemberChangeRequest,
  ): Promise<void> {
    await this.memberships.change(caller, parseId(id), parseId(userId), parseTeamRoles(roles))
  }

  @Delete(':userId')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Take a member out of the team, or leave it',
    description: 'Their sessions are in the team no longer, at once.',
  })
  @ApiNoContentResponse()
  async remove(
    @Caller() caller: UserPrincipal,
    @Param('id') id: string,
    @Param('userId') userId: string,
  ): Promise<void> {
    await this.memberships.change(caller, parseId(id), parseId(userId), undefined)
  }
}
