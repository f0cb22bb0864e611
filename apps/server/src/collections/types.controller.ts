import { Controller, Get, Header } from '@nestjs/common'
import { ApiBearerAuth, ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger'
import { Admin } from '../platform/http/index.js'
import { emitTypes } from './emit-types.js'
import { SchemaCache } from './schema-cache.js'

/** The schema as TypeScript types, for the SDK. */
@Admin()
@ApiTags('Collections')
@ApiBearerAuth()
@Controller('admin/schema/types')
export class TypesController {
  constructor(private readonly cache: SchemaCache) {}

  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'TypeScript types of all collections' })
  @ApiProduces('text/plain')
  get(): string {
    return emitTypes([...this.cache.current.collections.values()].map(({ definition }) => definition))
  }
}
