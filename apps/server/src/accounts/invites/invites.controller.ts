import type { Invite, NewInvite, One, Page } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common'
import { ApiBody, ApiNoContentResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger'
import { IsString, Length } from 'class-validator'
import type { Request } from 'express'
import type { GuardedRequest } from '../../auth/index.js'
import { PermissionsService } from '../../permissions/index.js'
import { Admin, Public } from '../../platform/http/index.js'
import { AnswersOne, AnswersPage } from '../describe-answers.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { languageOf } from '../mails/languages.js'
import { parsePageQuery, toPage } from '../page-query.js'
import { parseId } from '../parse-id.js'
import { PasswordHasher } from '../passwords/password-hasher.js'
import { PasswordPolicy } from '../passwords/password-policy.js'
import { RoleNames } from '../role-names.js'
import { clientOf } from '../sign-in/client-of.js'
import { AnswersTokens } from '../sign-in/sign-in-answer.js'
import { SignIns } from '../sign-in/sign-ins.js'
import { InvitesService } from './invites.service.js'
import { parseAcceptance } from './parse-acceptance.js'

export class NewInviteRequest implements NewInvite {
  @ApiProperty({ format: 'email' })
  @IsString()
  @Length(1, 254)
  email!: string

  @RoleNames({ required: false })
  roles?: string[]
}

export class InviteDetails implements Invite {
  @ApiProperty({ format: 'uuid' })
  id!: string

  @ApiProperty({ format: 'email' })
  email!: string

  @ApiProperty({ type: [String] })
  roles!: string[]

  @ApiProperty({ format: 'date-time' })
  createdAt!: string

  @ApiProperty({ type: String, format: 'uuid', nullable: true })
  createdBy!: string | null

  @ApiProperty({ format: 'date-time' })
  expiresAt!: string

  @ApiProperty({ required: false, description: 'Only of a server without mail that is known on its own machine alone' })
  link?: string
}

const acceptanceSchema = {
  type: 'object',
  required: ['token'],
  properties: {
    token: { type: 'string', description: 'From the link in the mail' },
    password: { type: 'string', format: 'password', description: 'Of a new account. Left out: it has none yet' },
  },
  additionalProperties: { description: 'A field of `users` that the role `user` may update' },
}

@ApiTags('Admin')
@Admin()
@Controller('admin')
export class InvitesController {
  constructor(private readonly invites: InvitesService) {}

  @Post('users/invite')
  @ApiOperation({ summary: 'Invite somebody by mail, with these roles' })
  @AnswersOne(InviteDetails, 201)
  async invite(@Req() request: GuardedRequest, @Body() body: NewInviteRequest): Promise<One<Invite>> {
    return { data: await this.invites.invite(request.principal, body, languageOf(request)) }
  }

  @Get('invites')
  @ApiOperation({ summary: 'Invitations that wait, the newest first' })
  @AnswersPage(InviteDetails)
  async list(@Query() query: Record<string, unknown>): Promise<Page<Invite>> {
    const page = parsePageQuery(query)
    return toPage(await this.invites.list({ ...page, limit: page.limit + 1 }), page)
  }

  @Post('invites/:id/resend')
  @ApiOperation({
    summary: 'Send an invitation again',
    description: 'Another one for the same address and roles takes its place: the link of before is void.',
  })
  @AnswersOne(InviteDetails, 201)
  async resend(@Req() request: GuardedRequest, @Param('id') id: string): Promise<One<Invite>> {
    return { data: await this.invites.resend(request.principal, parseId(id), languageOf(request)) }
  }

  @Delete('invites/:id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take an invitation back' })
  @ApiNoContentResponse()
  async revoke(@Param('id') id: string): Promise<void> {
    await this.invites.revoke(parseId(id))
  }
}

@ApiTags('Auth')
@Public()
@Controller('auth/invite')
export class InviteAcceptanceController {
  constructor(
    private readonly permissions: PermissionsService,
    private readonly limits: AttemptLimits,
    private readonly hasher: PasswordHasher,
    private readonly policy: PasswordPolicy,
    private readonly invites: InvitesService,
    private readonly signIns: SignIns,
  ) {}

  @Post('accept')
  @HttpCode(200)
  @ApiOperation({ summary: 'Accept an invitation and sign in' })
  @ApiBody({ schema: acceptanceSchema })
  @AnswersTokens()
  async accept(@Body() body: unknown, @Req() request: Request): Promise<string> {
    const fields = this.permissions.writableFields(['user'], 'update', 'users')
    const { token, password, profile } = parseAcceptance(body, fields)
    await this.limits.count('secret', clientOf(request).address)
    if (password !== undefined) await this.policy.require(password, 'password')
    const passwordHash = password === undefined ? undefined : await this.hasher.hash(password)
    return this.signIns.answer(await this.invites.accept({ token, passwordHash, profile }, request), request)
  }
}
