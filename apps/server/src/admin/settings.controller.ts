import type { Json, One, SettingsSection } from '@holdfast/contract'
import { Body, Controller, Get, Param, Patch } from '@nestjs/common'
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { Admin } from '../platform/http/index.js'
import { SettingsStore } from '../platform/settings/index.js'

const open = { type: 'object', additionalProperties: true }
const section = {
  type: 'object',
  required: ['section', 'description', 'schema', 'value', 'pinned'],
  properties: {
    section: { type: 'string', example: 'auth.passwords' },
    description: { type: 'string' },
    schema: { ...open, description: 'JSON Schema of the value' },
    value: { ...open, description: 'Secrets that are set read `***`' },
    pinned: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'By property, the key of the environment that says it: those cannot be changed here',
    },
  },
}
const enveloped = (data: object) => ({ type: 'object', required: ['data'], properties: { data } })

@ApiTags('Admin')
@Admin()
@Controller('admin/settings')
export class SettingsController {
  constructor(private readonly settings: SettingsStore) {}

  @Get()
  @ApiOperation({ summary: 'Everything that can be set while the server runs' })
  @ApiOkResponse({ description: '', schema: enveloped({ type: 'array', items: section }) })
  async list(): Promise<One<SettingsSection[]>> {
    return { data: await this.settings.list() }
  }

  @Get(':section')
  @ApiOperation({ summary: 'One section; secrets read `***`' })
  @ApiOkResponse({ description: '', schema: enveloped(open) })
  async get(@Param('section') name: string): Promise<One<Json>> {
    return { data: await this.settings.show(name) }
  }

  @Patch(':section')
  @ApiOperation({
    summary: 'Change a section by a merge patch (RFC 7396)',
    description: 'Null puts a setting back to its default. `***` keeps a secret; where it is sent may not change then.',
  })
  @ApiBody({ schema: open })
  @ApiOkResponse({ description: 'The section as it is now', schema: enveloped(open) })
  async change(@Param('section') name: string, @Body() patch: Json): Promise<One<Json>> {
    return { data: await this.settings.change(name, patch) }
  }
}
