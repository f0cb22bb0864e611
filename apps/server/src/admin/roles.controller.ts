import type { One, RoleMembers } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { AnswersAll, AnswersOne } from '../accounts/index.js'
import { Principals } from '../auth/index.js'
import { AppError } from '../lib/index.js'
import { Database } from '../platform/db/index.js'
import { Admin } from '../platform/http/index.js'
import { NewRoleRequest, RoleChangeRequest, RoleMembersDetails } from './admin.dto.js'
import { Role } from './role.entity.js'

/** What somebody is says who has them, so nobody can be given them. */
const impliedRoles = ['public', 'user', 'anonymous']

@ApiTags('Admin')
@Admin()
@Controller('admin/roles')
export class RolesController {
  constructor(
    private readonly db: Database,
    private readonly principals: Principals,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Roles that users can be given' })
  @AnswersAll(Role)
  async list(): Promise<One<Role[]>> {
    return { data: await this.roles.find({ order: { name: 'ASC' } }) }
  }

  @Get('members')
  @ApiOperation({ summary: 'How many users and API keys have each role' })
  @AnswersAll(RoleMembersDetails)
  async members(): Promise<One<RoleMembers[]>> {
    const { rows } = await this.db.run({ text: countMembers, values: [] })
    return { data: (rows as [string][]).map(([json]) => JSON.parse(json)) }
  }

  @Post()
  @ApiOperation({ summary: 'Make a role' })
  @AnswersOne(Role, 201)
  async create(@Body() body: NewRoleRequest): Promise<One<Role>> {
    const role: Role = {
      name: body.name,
      description: body.description ?? null,
      secondFactor: body.secondFactor ?? false,
    }
    const taken = impliedRoles.includes(role.name) || (await this.roles.existsBy({ name: role.name }))
    if (taken) throw new AppError('unique_violation', `There is a role "${role.name}" already`)
    await this.roles.insert(role)
    return { data: role }
  }

  @Patch(':name')
  @ApiOperation({
    summary: 'Change a role',
    description:
      'Where it begins to ask for a second factor, sessions of users who have proven none end, that of the caller too.',
  })
  @AnswersOne(Role)
  async change(
    @Param('name') name: string,
    @Body() { description, secondFactor }: RoleChangeRequest,
  ): Promise<One<Role>> {
    const role = await this.roles.findOneBy({ name })
    if (role === null) throw new AppError('not_found', 'There is no such role')
    const change = { ...(description !== undefined && { description }), ...(secondFactor != null && { secondFactor }) }
    if (Object.keys(change).length > 0) await this.roles.update({ name }, change)
    this.principals.forgetAll()
    return { data: { ...role, ...change } }
  }

  @Delete(':name')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a role, also from those who have it' })
  @ApiNoContentResponse()
  async delete(@Param('name') name: string): Promise<void> {
    if (name === 'admin') throw new AppError('conflict', 'The role admin is built in')
    const { affected } = await this.roles.delete({ name })
    if (affected === 0) throw new AppError('not_found', 'There is no such role')
    this.principals.forgetAll()
  }

  private get roles() {
    return this.db.dataSource.getRepository(Role)
  }
}

const countMembers = `
  select json_build_object('role', r.name, 'users', coalesce(u.count, 0), 'apiKeys', coalesce(k.count, 0))::text
  from holdfast.roles r
  left join (select role, count(*) from holdfast.user_roles group by role) u on u.role = r.name
  left join (select role, count(*) from holdfast.api_key_roles group by role) k on k.role = r.name
  order by r.name`
