import { Module } from '@nestjs/common'
import { CollectionsModule } from '../collections/collections.module.js'
import { ExplainService } from './explain/explain.service.js'
import { PermissionsController } from './permissions.controller.js'
import { PermissionsService } from './permissions.service.js'

@Module({
  imports: [CollectionsModule],
  controllers: [PermissionsController],
  providers: [PermissionsService, ExplainService],
  exports: [PermissionsService],
})
export class PermissionsModule {}
