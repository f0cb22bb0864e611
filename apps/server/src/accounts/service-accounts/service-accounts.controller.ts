import type { NewServiceAccount, One, Page, ServiceAccount } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Req } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiProperty, ApiTags, PartialType } from '@nestjs/swagger'
import { IsString, Length } from 'class-validator'
import type { GuardedRequest } from '../../auth/index.js'
import { Admin } from '../../platform/http/index.js'
import { AnswersOne, AnswersPage } from '../describe-answers.js'
import { parsePageQuery, toPage } from '../page-query.js'
import { parseId } from '../parse-id.js'
import { RoleNames } from '../role-names.js'
import { ServiceAccountsService } from './service-accounts.service.js'

export class NewServiceAccountRequest implements NewServiceAccount {
  @ApiProperty({ example: 'Nightly import' })
  @IsString()
  @Length(1, 200)
  name!: string

  @RoleNames({ required: false })
  roles?: string[]
}

export class ServiceAccountChangeRequest extends PartialType(NewServiceAccountRequest) {}

export class ServiceAccountDetails implements ServiceAccount {
  @ApiProperty({ format: 'uuid', description: 'Of the user: `$user.id` in rules, `createdBy` of records' })
  id!: string

  @ApiProperty()
  name!: string

  @ApiProperty({ type: [String] })
  roles!: string[]

  @ApiProperty({ description: 'By PATCH /admin/users/{id}: its keys do not work' })
  disabled!: boolean

  @ApiProperty({ format: 'date-time' })
  createdAt!: string
}

@ApiTags('Admin')
@Admin()
@Controller('admin/service-accounts')
export class ServiceAccountsController {
  constructor(private readonly accounts: ServiceAccountsService) {}

  @Post()
  @ApiOperation({ summary: 'Make a user that is a program: it has API keys and never signs in' })
  @AnswersOne(ServiceAccountDetails, 201)
  async create(
    @Req() { principal }: GuardedRequest,
    @Body() body: NewServiceAccountRequest,
  ): Promise<One<ServiceAccount>> {
    return { data: await this.accounts.create(principal, body) }
  }

  @Get()
  @ApiOperation({ summary: 'Service accounts, the newest first' })
  @AnswersPage(ServiceAccountDetails)
  async list(@Query() query: Record<string, unknown>): Promise<Page<ServiceAccount>> {
    const page = parsePageQuery(query)
    return toPage(await this.accounts.list({ ...page, limit: page.limit + 1 }), page)
  }

  @Get(':id')
  @ApiOperation({ summary: 'One service account' })
  @AnswersOne(ServiceAccountDetails)
  async get(@Param('id') id: string): Promise<One<ServiceAccount>> {
    return { data: await this.accounts.get(parseId(id)) }
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change the name or the roles of a service account' })
  @AnswersOne(ServiceAccountDetails)
  async change(
    @Req() { principal }: GuardedRequest,
    @Param('id') id: string,
    @Body() body: ServiceAccountChangeRequest,
  ): Promise<One<ServiceAccount>> {
    return { data: await this.accounts.change(principal, parseId(id), body) }
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Delete a service account and its keys' })
  @ApiNoContentResponse()
  async delete(@Param('id') id: string): Promise<void> {
    await this.accounts.delete(parseId(id))
  }
}
