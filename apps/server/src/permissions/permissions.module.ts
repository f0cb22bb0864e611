import { Module } from '@nestjs/common'
import { CollectionsModule } from '../collections/collections.module.js'
import { ExplainService } from './explain/explain.service.js'
import { MePermissionsController } from './me-permissions.controller.js'
import { OwnPermissionsService } from './own/own-permissions.service.js'
import { PermissionsController } from './permissions.controller.js'
import { PermissionsService } from './permissions.service.js'

import { PreviewService } from './preview/preview.service.js'
import { RuleTestsService } from './rule-tests/rule-tests.service.js'

@Module({
  imports: [CollectionsModule],
  controllers: [PermissionsController, MePermissionsController],
  providers: [PermissionsService, ExplainService, OwnPermissionsService, RuleTestsService, PreviewService],
  exports: [PermissionsService],
})
export class PermissionsModule {}
