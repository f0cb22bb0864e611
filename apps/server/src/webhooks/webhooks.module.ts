import { Module } from '@nestjs/common'
import { ChangesModule } from '../changes/changes.module.js'
import { CollectionsModule } from '../collections/collections.module.js'
import { RecordsModule } from '../records/records.module.js'
import { DeliveriesController } from './deliveries/deliveries.controller.js'
import { DeliveryLog } from './deliveries/delivery-log.js'
import { DeliverySender } from './deliveries/delivery-sender.js'
import { DeliveryWorker } from './deliveries/delivery-worker.js'
import { SigningSecrets } from './deliveries/signing-secrets.js'
import { TestDeliveries } from './deliveries/test-deliveries.js'
import { Disabling } from './endpoints/disabling.js'
import { Endpoints } from './endpoints/endpoints.js'
import { Activity } from './fan-out/activity.js'
import { FanOut } from './fan-out/fan-out.js'
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
