import { Module } from '@nestjs/common'
import { ChangesModule } from '../changes/changes.module.js'
import { CollectionsModule } from '../collections/collections.module.js'
import { RecordsModule } from '../records/records.module.js'
import { Activity } from './activity.js'
import { DeliveriesController } from './deliveries.controller.js'
import { DeliveryLog } from './delivery-log.js'
import { DeliverySender } from './delivery-sender.js'
import { DeliveryWorker } from './delivery-worker.js'
import { Disabling } from './disabling.js'
import { Endpoints } from './endpoints.js'
import { FanOut } from './fan-out.js'
import { SigningSecrets } from './signing-secrets.js'
import { TestDeliveries } from './test-deliveries.js'
import { WebhooksController } from './webhooks.controller.js'
import { WebhooksService } from './webhooks.service.js'

@Module({
  imports: [CollectionsModule, ChangesModule, RecordsModule],
  controllers: [WebhooksController, DeliveriesController],
  providers: [
    ...[Activity, Disabling, Endpoints, FanOut, DeliveryWorker],
    ...[DeliveryLog, DeliverySender, SigningSecrets, TestDeliveries, WebhooksService],
  ],
})
export class WebhooksModule {}
