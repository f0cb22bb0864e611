import type { OidcClient, OidcClientWithSecret, One } from '@holdfast/contract'
import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post } from '@nestjs/common'
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Admin } from '../../platform/http/index.js'
import { AnswersAll, AnswersOne } from '../describe-answers.js'
import { parseId } from '../parse-id.js'
import {
  ChangeOidcClientRequest,
  NewOidcClientRequest,
  OidcClientDto,
  OidcClientWithSecretDto,
} from './oidc-clients.dto.js'
import { OidcClients } from './oidc-clients.js'
import { parseClient } from './parse-client.js'

@ApiTags('Admin')
@Admin()
@Controller('admin/oidc-clients')
export class OidcClientsController {
  constructor(private readonly clients: OidcClients) {}

  @Get()
  @ApiOperation({ summary: 'Apps that sign people in by this server' })
  @AnswersAll(OidcClientDto)
  async list(): Promise<One<OidcClient[]>> {
    return { data: await this.clients.list() }
  }

  @Post()
  @ApiOperation({ summary: 'Let an app sign people in by this server (OpenID Connect)' })
  @AnswersOne(OidcClientWithSecretDto, 201)
  async create(@Body() body: NewOidcClientRequest): Promise<One<OidcClientWithSecret>> {
    const { id, secret } = await this.clients.create(parseClient(body))
    return { data: { ...(await this.clients.get(id)), secret } }
  }

  @Get(':id')
  @ApiOperation({ summary: 'One of them' })
  @AnswersOne(OidcClientDto)
  async get(@Param('id') id: string): Promise<One<OidcClient>> {
    return { data: await this.clients.get(parseId(id)) }
  }

  @Patch(':id')
  @ApiOperation({ summary: 'Change what is given; the kind stays' })
  @AnswersOne(OidcClientDto)
  async change(@Param('id') text: string, @Body() body: ChangeOidcClientRequest): Promise<One<OidcClient>> {
    const id = parseId(text)
    const { id: _id, createdAt: _createdAt, ...before } = await this.clients.get(id)
    await this.clients.change(id, parseClient({ ...before, ...definedOf(body) }))
    return { data: await this.clients.get(id) }
  }

  @Post(':id/secret')
  @ApiOperation({ summary: 'A new secret; the one before is void' })
  @AnswersOne(OidcClientWithSecretDto, 201)
  async replaceSecret(@Param('id') text: string): Promise<One<OidcClientWithSecret>> {
    const id = parseId(text)
    const secret = await this.clients.replaceSecret(id)
    return { data: { ...(await this.clients.get(id)), secret } }
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Take an app away, and every token it has' })
  @ApiNoContentResponse()
  async delete(@Param('id') id: string): Promise<void> {
    await this.clients.delete(parseId(id))
  }
}

const definedOf = <T extends object>(body: T): Partial<T> =>
  Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as Partial<T>
