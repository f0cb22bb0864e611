import { Module } from '@nestjs/common'
import { ChangesModule } from '../../changes/changes.module.js'
import { CollectionsModule } from '../../collections/collections.module.js'
import { PermissionsModule } from '../../permissions/permissions.module.js'
import { RecordsModule } from '../../records/records.module.js'
import { Views } from '../view/views.js'
import { Beginnings } from './beginnings.js'
import { Feed } from './feed.js'
import { Subscriptions } from './subscriptions.js'

@Module({
  imports: [CollectionsModule, PermissionsModule, ChangesModule, RecordsModule],
  providers: [Views, Feed, Beginnings, Subscriptions],
  exports: [Subscriptions],
})
export class SubscriptionsModule {}
