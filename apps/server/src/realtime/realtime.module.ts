import { Module } from '@nestjs/common'
import { SubscriptionsModule } from './subscriptions.module.js'

@Module({ imports: [SubscriptionsModule] })
export class RealtimeModule {}
