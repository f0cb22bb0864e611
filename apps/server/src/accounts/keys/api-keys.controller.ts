import type { ApiKey, ApiKeyWithSecret, One, Page } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { Caller, type UserPrincipal } from '../../auth/index.js'
import { Admin, AdminInPerson } from '../../platform/http/index.js'
import { AnswersOne, AnswersPage } from '../describe-answers.js'
import { parsePageQuery, toPage } from '../page-query.js'
import { parseId } from '../parse-id.js'
import { FreshProof } from '../step-up/fresh-proof.js'
import {
  ApiKeyChangeRequest,
  ApiKeyDetails,
  ApiKeyWithSecretDetails,
  NewApiKeyRequest,
  RotateKeyRequest,
} from './api-keys.dto.js'
import { ApiKeysService } from './api-keys.service.js'

/** A key that leaks must not make others: what changes keys is for admins in person. */
@ApiTags('Admin')
@AdminInPerson()
@Controller('admin/api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeysService) {}

  @Post()
  @FreshProof()
  @ApiOperation({ summary: 'Make an API key. The answer has it, this once.' })
  @AnswersOne(ApiKeyWithSecretDetails, 201)
  async create(@Caller() caller: UserPrincipal, @Body() body: NewApiKeyRequest): Promise<One<ApiKeyWithSecret>> {
    return { data: await this.keys.create(caller, body) }
  }

  @Get()
  @Admin()
  @ApiOperation({ summary: 'API keys, the newest first' })
  @ApiQuery({
    name: 'user',
    required: false,
    schema: { type: 'string', format: 'uuid' },
    description: 'Whom they act as',
  })
  @AnswersPage(ApiKeyDetails)
  async list(@Query() { user, ...query }: Record<string, unknown>): Promise<Page<ApiKey>> {
    const page = parsePageQuery(query)
    const userId = user === undefined ? undefined : parseId(String(user))
    return toPage(await this.keys.list({ ...page, limit: page.limit + 1 }, userId), page)
  }

  @Get(':id')
  @Admin()
  @ApiOperation({ summary: 'One API key' })
  @AnswersOne(ApiKeyDetails)
  async get(@Param('id') id: string): Promise<One<ApiKey>> {
    return { data: await this.keys.get(parseId(id)) }
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change the name, the roles or the limits of an API key' })
  @AnswersOne(ApiKeyDetails)
  async change(@Param('id') id: string, @Body() body: ApiKeyChangeRequest): Promise<One<ApiKey>> {
    return { data: await this.keys.change(parseId(id), body) }
  }

  @Post(':id/rotate')
  @FreshProof()
  @HttpCode(200)
  @ApiOperation({ summary: 'Give an API key another secret. The answer has it, this once.' })
  @AnswersOne(ApiKeyWithSecretDetails)
  async rotate(
    @Param('id') id: string,
    @Body() { overlapSeconds = 0 }: RotateKeyRequest,
  ): Promise<One<ApiKeyWithSecret>> {
    return { data: await this.keys.rotate(parseId(id), overlapSeconds) }
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'End an API key, at once and on every node' })
  @ApiNoContentResponse()
  async delete(@Param('id') id: string): Promise<void> {
    await this.keys.delete(parseId(id))
  }
}
