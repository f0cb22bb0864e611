import type { One, Page } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { AnswersOne, AnswersPage, parseId, parsePageQuery, toPage } from '../accounts/index.js'
import { Sessions } from '../auth/index.js'
import { Admin } from '../platform/http/index.js'
import { AdminUser, RolesRequest } from './admin.dto.js'
import { UsersService } from './users.service.js'

@ApiTags('Admin')
@Admin()
@Controller('admin/users')
export class UsersController {
  constructor(
    private readonly users: UsersService,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Users and their roles, the newest first' })
  @AnswersPage(AdminUser)
  async list(@Query() query: Record<string, unknown>): Promise<Page<AdminUser>> {
    const page = parsePageQuery(query)
    return toPage(await this.users.list({ ...page, limit: page.limit + 1 }), page)
  }

  @Put(':id/roles')
  @ApiOperation({ summary: 'Give a user exactly these roles' })
  @AnswersOne(AdminUser)
  async setRoles(@Param('id') text: string, @Body() { roles }: RolesRequest): Promise<One<AdminUser>> {
    const id = parseId(text)
    await this.users.setRoles(id, roles)
    return { data: await this.users.get(id) }
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
