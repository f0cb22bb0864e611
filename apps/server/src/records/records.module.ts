import { Module } from '@nestjs/common'
import { CollectionsModule } from '../collections/collections.module.js'
import { PermissionsModule } from '../permissions/permissions.module.js'
import { RecordsController } from './records.controller.js'
import { RecordsService } from './records.service.js'

@Module({
  imports: [CollectionsModule, PermissionsModule],
  controllers: [RecordsController],
  providers: [RecordsService],
  exports: [RecordsService],
})
export class RecordsModule {}
