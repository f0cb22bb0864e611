import type { One } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { AnswersAll, AnswersOne } from '../accounts/index.js'
import { Principals } from '../auth/index.js'
import { AppError } from '../lib/index.js'
import { Database } from '../platform/db/index.js'
import { Admin } from '../platform/http/index.js'
import { NewRoleRequest } from './admin.dto.js'
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

  @Post()
  @ApiOperation({ summary: 'Make a role' })
  @AnswersOne(Role, 201)
  async create(@Body() body: NewRoleRequest): Promise<One<Role>> {
    const role: Role = { name: body.name, description: body.description ?? null }
    const taken = impliedRoles.includes(role.name) || (await this.roles.existsBy({ name: role.name }))
    if (taken) throw new AppError('unique_violation', `There is a role "${role.name}" already`)
    await this.roles.insert(role)
    return { data: role }
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
