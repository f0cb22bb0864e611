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
import { Members } from './members.js'
import { Notices } from './notices.js'
import { Rights } from './rights.js'
import { Subscriptions } from './subscriptions.js'
import { Teller } from './teller.js'

@Module({
  imports: [CollectionsModule, PermissionsModule, ChangesModule, RecordsModule],
  providers: [Views, Courts, LogPages, Members, Notices, Rights, Teller, Feed, Beginnings, Subscriptions],
  exports: [Subscriptions],
})
export class SubscriptionsModule {}
