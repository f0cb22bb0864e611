import type { AdminUserDetails, One, Page } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Put, Query, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { type GuardedRequest, Sessions } from '../../auth/index.js'
import { AppError, invalidAt } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { Admin } from '../../platform/http/index.js'
import { SessionDetails } from '../accounts.dto.js'
import { AnswersOne, AnswersPage } from '../describe-answers.js'
import { parsePageQuery, toPage } from '../page-query.js'
import { parseId } from '../parse-id.js'
import { parseNewPassword } from '../passwords/parse-password.js'
import { Erasures } from '../privacy/erasures.js'
import { listSessions } from '../sessions/session-store.js'
import { parseUserQuery } from './parse-user-query.js'
import { listUsers } from './user-store.js'
import { AdminUser, AdminUserWithMethods, NewUserRequest, RolesRequest, UserChangeRequest } from './users.dto.js'
import { UsersService } from './users.service.js'

const optionalQuery = (name: string, schema: object, description?: string) =>
  ApiQuery({ name, required: false, schema, ...(description && { description }) })

@ApiTags('Admin')
@Admin()
@Controller('admin/users')
export class UsersController {
  constructor(
    private readonly db: Database,
    private readonly users: UsersService,
    private readonly sessions: Sessions,
    private readonly erasures: Erasures,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Users and their roles, the newest first unless told' })
  @optionalQuery('search', { type: 'string' }, 'A part of the address, number or name, or the id')
  @optionalQuery('role', { type: 'string' })
  @optionalQuery('kind', { type: 'string', enum: ['person', 'anonymous', 'service'] })
  @optionalQuery('disabled', { type: 'boolean' })
  @optionalQuery('sort', { type: 'string', enum: ['-createdAt', 'createdAt'], default: '-createdAt' })
  @AnswersPage(AdminUser)
  async list(@Query() raw: Record<string, unknown>): Promise<Page<AdminUser>> {
    const query = parseUserQuery(raw)
    return toPage(await listUsers(this.db, query, query.limit + 1), query)
  }

  @Post()
  @ApiOperation({ summary: 'Make an account for somebody' })
  @AnswersOne(AdminUserWithMethods, 201)
  async create(@Req() { principal }: GuardedRequest, @Body() body: NewUserRequest): Promise<One<AdminUserDetails>> {
    const password = body.password === undefined ? undefined : parseNewPassword(body.password, 'password')
    return { data: await this.users.create(principal, body, password) }
  }

  @Get(':id')
  @ApiOperation({ summary: 'One user, and how they can sign in' })
  @AnswersOne(AdminUserWithMethods)
  async get(@Param('id') id: string): Promise<One<AdminUserDetails>> {
    return { data: await this.users.get(parseId(id)) }
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Disable a user, enable one again, or change their address' })
  @AnswersOne(AdminUserWithMethods)
  async change(
    @Req() { principal }: GuardedRequest,
    @Param('id') id: string,
    @Body() body: UserChangeRequest,
  ): Promise<One<AdminUserDetails>> {
    return { data: await this.users.change(principal, parseId(id), body) }
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Delete a user, with what relations say goes with them',
    description: 'With `erase`, the records about the user go as `personalData` of their collections says, everywhere.',
  })
  @optionalQuery(
    'erase',
    { type: 'boolean' },
    'Also the records about the user, their history and what was deleted before',
  )
  @ApiNoContentResponse()
  async delete(@Param('id') text: string, @Query('erase') erase: unknown): Promise<void> {
    const id = parseId(text)
    if (erase !== undefined && erase !== 'true' && erase !== 'false')
      throw invalidAt('invalid_query', 'erase', 'erase must be true or false')
    if (erase !== 'true') await this.users.delete(id)
    else if (!(await this.erasures.erase(id))) throw new AppError('not_found', 'There is no such user')
  }

  @Put(':id/roles')
  @ApiOperation({ summary: 'Give a user exactly these roles' })
  @AnswersOne(AdminUserWithMethods)
  async setRoles(
    @Req() { principal }: GuardedRequest,
    @Param('id') text: string,
    @Body() { roles }: RolesRequest,
  ): Promise<One<AdminUserDetails>> {
    const id = parseId(text)
    await this.users.setRoles(principal, id, roles)
    return { data: await this.users.get(id) }
  }

  @Delete(':id/factors')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove all second factors and passkeys of a user, who is told' })
  @ApiNoContentResponse()
  async removeFactors(@Req() { principal }: GuardedRequest, @Param('id') id: string): Promise<void> {
    await this.users.removeFactors(principal, parseId(id))
  }

  @Get(':id/sessions')
  @ApiOperation({ summary: 'Where a user is signed in, the latest sign-in first' })
  @AnswersPage(SessionDetails)
  async listSessions(
    @Param('id') text: string,
    @Query() raw: Record<string, unknown>,
    @Req() { principal }: GuardedRequest,
  ): Promise<Page<SessionDetails>> {
    const page = parsePageQuery(raw)
    const { id } = await this.users.get(parseId(text))
    const currentId = principal.kind === 'user' ? principal.sessionId : undefined
    return toPage(await listSessions(this.db, id, { ...page, limit: page.limit + 1 }, currentId), page)
  }

  @Delete(':id/sessions/:sessionId')
  @HttpCode(204)
  @ApiOperation({ summary: 'End one session of a user' })
  @ApiNoContentResponse()
  async endSession(@Param('id') id: string, @Param('sessionId') sessionId: string): Promise<void> {
    if (!(await this.sessions.end(parseId(id), parseId(sessionId))))
      throw new AppError('not_found', 'There is no such session')
  }

  @Delete(':id/sessions')
  @HttpCode(204)
  @ApiOperation({ summary: 'Sign a user out everywhere' })
  @ApiNoContentResponse()
  async endSessions(@Param('id') text: string): Promise<void> {
    const { id } = await this.users.get(parseId(text))
    await this.sessions.endAll(id)
  }
}
