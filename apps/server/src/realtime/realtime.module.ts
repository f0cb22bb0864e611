import { Module } from '@nestjs/common'
import { ChannelsModule } from './channels/channels.module.js'
import { SubscriptionsModule } from './subscriptions.module.js'

@Module({ imports: [SubscriptionsModule, ChannelsModule] })
export class RealtimeModule {}
