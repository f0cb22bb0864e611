import { Module, type OnModuleInit } from '@nestjs/common'
import { CollectionsController } from './collections.controller.js'
import { SchemaController } from './schema.controller.js'
import { SchemaCache } from './schema-cache.js'
import { SchemaChanges } from './schema-changes.js'
import { TypesController } from './types.controller.js'

@Module({
  controllers: [CollectionsController, SchemaController, TypesController],
  providers: [SchemaCache, SchemaChanges],
  exports: [SchemaCache, SchemaChanges],
})
export class CollectionsModule implements OnModuleInit {
  constructor(
    private readonly cache: SchemaCache,
    private readonly changes: SchemaChanges,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.changes.createBuiltIn()
    await this.changes.renewChangeLogs()
    await this.cache.start()
  }
}
