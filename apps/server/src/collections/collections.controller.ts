import type { CollectionDefinition, Json, One } from '@holdfast/contract'
import { Body, Controller, Delete, Get, Param, Patch, Post, Query } from '@nestjs/common'
import { ApiBearerAuth, ApiBody, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger'
import { AppError, invalidAt } from '../lib/index.js'
import { Admin } from '../platform/http/index.js'
import { collectionSchema } from './definition/definition-schema.js'
import { isObject } from './definition/read-shape.js'
import { SchemaCache } from './schema-cache.js'
import { findCollection, SchemaChanges } from './schema-changes.js'

const acceptsDataLoss = ApiQuery({
  name: 'acceptDataLoss',
  required: false,
  enum: ['true', 'false'],
  description: 'Needed when data would be lost.',
})

/** Collections one at a time. Each change is a table change too, and takes effect before the answer. */
@Admin()
@ApiTags('Collections')
@ApiBearerAuth()
@Controller('admin/collections')
export class CollectionsController {
  constructor(
    private readonly cache: SchemaCache,
    private readonly changes: SchemaChanges,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List the collections' })
  list(): One<CollectionDefinition[]> {
    return { data: [...this.cache.current.collections.values()].map(({ definition }) => definition) }
  }

  @Get(':name')
  @ApiOperation({ summary: 'Get a collection' })
  get(@Param('name') name: string): One<CollectionDefinition> {
    return { data: this.cache.get(name).definition }
  }

  @Post()
  @ApiOperation({ summary: 'Define a collection' })
  @ApiBody({ schema: collectionSchema })
  async create(@Body() body: Json): Promise<One<CollectionDefinition>> {
    const { name, id } = isObject(body) ? body : {}
    await this.changes.apply((current) => {
      if (current.some((collection) => collection.name === name || (id !== undefined && collection.id === id)))
        throw new AppError('conflict', 'There is such a collection already', { hint: 'Change it with PATCH.' })
      return { collections: [{ raw: body, path: '' }], drop: [] }
    })
    return this.get(name as string)
  }

  /** A key that is left out stays as it is; `null` removes it; `fields`, `indexes` and `rules` replace the whole list. */
  @Patch(':name')
  @ApiOperation({ summary: 'Change a collection' })
  @ApiBody({ schema: { ...collectionSchema, required: [] } })
  @acceptsDataLoss
  async change(
    @Param('name') name: string,
    @Body() body: Json,
    @Query('acceptDataLoss') acceptDataLoss?: string,
  ): Promise<One<CollectionDefinition>> {
    if (!isObject(body)) throw invalidAt('invalid_definition', '', 'The body must be an object')
    const { id } = this.cache.get(name)
    await this.changes.apply(
      (current) => {
        const merged = { ...(findCollection(name, current) as unknown as typeof body), ...body, id }
        const raw = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
        return { collections: [{ raw, path: '' }], drop: [] }
      },
      { acceptDataLoss: readFlag(acceptDataLoss) },
    )
    return this.get(typeof body['name'] === 'string' ? body['name'] : name)
  }

  @Delete(':name')
  @ApiOperation({ summary: 'Drop a collection' })
  @acceptsDataLoss
  async drop(
    @Param('name') name: string,
    @Query('acceptDataLoss') acceptDataLoss?: string,
  ): Promise<One<CollectionDefinition>> {
    const answer = this.get(name)
    await this.changes.apply(
      (current) => ({ collections: [], drop: [{ name: findCollection(name, current).name, path: 'name' }] }),
      { acceptDataLoss: readFlag(acceptDataLoss) },
    )
    return answer
  }
}

function readFlag(text: string | undefined): boolean {
  if (text === undefined || text === 'false') return false
  if (text === 'true') return true
  throw invalidAt('invalid_query', 'acceptDataLoss', 'acceptDataLoss must be true or false')
}
