import { Module } from '@nestjs/common'
import { ChangesModule } from '../../changes/changes.module.js'
import { CollectionsModule } from '../../collections/collections.module.js'
import { PermissionsModule } from '../../permissions/permissions.module.js'
import { RecordsModule } from '../../records/records.module.js'
import { Courts } from '../judge/courts.js'
import { Views } from '../view/views.js'
import { Beginnings } from './beginnings.js'
import { Feed } from './feed.js'
import { LogPages } from './log-pages.js'
import { Notices } from './notices.js'
import { OpenSubscriptions } from './open-subscriptions.js'
import { SubscriptionRights } from './subscription-rights.js'
import { Subscriptions } from './subscriptions.js'
import { Teller } from './teller.js'

@Module({
  imports: [CollectionsModule, PermissionsModule, ChangesModule, RecordsModule],
  providers: [
    ...[LogPages, OpenSubscriptions, SubscriptionRights, Notices, Teller],
    ...[Views, Courts, Feed, Beginnings, Subscriptions],
  ],
  exports: [Subscriptions],
})
export class SubscriptionsModule {}
