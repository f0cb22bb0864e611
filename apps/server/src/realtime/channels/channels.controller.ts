import { type ChannelDefinition, channelActions, type Json, type One } from '@holdfast/contract'
import { Body, Controller, Delete, Get, Param, Post, Put } from '@nestjs/common'
import { ApiBearerAuth, ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger'
import { shapes } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import { Admin } from '../../platform/http/index.js'
import { ChannelDefinitions } from './channel-definitions.js'

const text = { type: 'string' }
const actionSchema = { type: 'string', enum: [...channelActions] }
const channelSchema = {
  type: 'object',
  required: ['name'],
  properties: {
    name: text,
    description: text,
    collection: { ...text, description: 'Each of its records has a channel: `<name>/<record id>`.' },
    rules: {
      type: 'array',
      items: {
        type: 'object',
        required: ['role', 'action'],
        properties: {
          role: text,
          action: { oneOf: [actionSchema, { type: 'array', items: actionSchema }] },
          conditions: { type: 'object', description: 'Of which records, in the query grammar. Left out: of all.' },
        },
      },
    },
  },
}

/** Kinds of channels. A change reaches those who are in a channel within a second. */
@Admin()
@ApiTags('Realtime')
@ApiBearerAuth()
@Controller('admin/channels')
export class ChannelsController {
  constructor(private readonly definitions: ChannelDefinitions) {}

  @Get()
  @ApiOperation({ summary: 'List the channels' })
  list(): One<ChannelDefinition[]> {
    return { data: this.definitions.list() }
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get a channel' })
  get(@Param('name') name: string): One<ChannelDefinition> {
    return { data: this.definitions.get(name) }
  }

  @Post()
  @ApiOperation({ summary: 'Define a channel' })
  @ApiBody({ schema: channelSchema })
  async create(@Body() body: Json): Promise<One<ChannelDefinition>> {
    return { data: await this.definitions.create(body) }
  }

  @Put(':name')
  @ApiOperation({ summary: 'Replace a channel' })
  @ApiBody({ schema: { ...channelSchema, required: [] } })
  async replace(@Param('name') name: string, @Body() body: Json): Promise<One<ChannelDefinition>> {
    const given = shapes.isObject(body) ? { name, ...body } : body
    if (shapes.isObject(given) && given['name'] !== name)
      throw invalidAt('invalid_definition', 'name', 'A channel keeps its name', 'Define another, and delete this one.')
    return { data: await this.definitions.replace(name, given) }
  }

  @Delete(':name')
  @ApiOperation({ summary: 'Remove a channel, and put everybody out of it' })
  async drop(@Param('name') name: string): Promise<One<ChannelDefinition>> {
    return { data: await this.definitions.drop(name) }
  }
}
