import { Module } from '@nestjs/common'
import { CollectionsModule } from '../collections/collections.module.js'
import { PermissionsModule } from '../permissions/permissions.module.js'
import { DocsController } from './docs.controller.js'
import { Documents } from './documents.js'
import { OpenapiController } from './openapi.controller.js'

@Module({
  imports: [CollectionsModule, PermissionsModule],
  controllers: [OpenapiController, DocsController],
  providers: [Documents],
})
export class OpenapiModule {}
