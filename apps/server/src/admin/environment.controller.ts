import type { EnvironmentSetting, One } from '@holdfast/contract'
import { Controller, Get, Inject } from '@nestjs/common'
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger'
import { CONFIG, type Config, settings } from '../platform/config/index.js'
import { Admin } from '../platform/http/index.js'

const text = { type: 'string' }
const setting = {
  type: 'object',
  required: ['key', 'description', 'defaultText', 'value', 'secret'],
  properties: {
    key: { ...text, example: 'PUBLIC_URL' },
    description: text,
    defaultText: { ...text, description: 'Empty where there is none' },
    value: { ...text, nullable: true, description: 'Null where the environment does not say; of secrets only `***`' },
    secret: { type: 'boolean' },
  },
}

@ApiTags('Admin')
@Admin()
@Controller('admin/environment')
export class EnvironmentController {
  constructor(@Inject(CONFIG) private readonly config: Config) {}

  @Get()
  @ApiOperation({ summary: 'Everything the environment may set, and what it says' })
  @ApiOkResponse({
    description: '',
    schema: { type: 'object', required: ['data'], properties: { data: { type: 'array', items: setting } } },
  })
  list(): One<EnvironmentSetting[]> {
    const { given } = this.config
    const data = Object.values(settings).map(({ key, description, defaultText, secret }) => {
      return { key, description, defaultText, secret, value: given.get(key) ?? null }
    })
    return { data }
  }
}
