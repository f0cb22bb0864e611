import { Module } from '@nestjs/common'
import { ChannelsModule } from './channels/channels.module.js'
import { ConnectionRights } from './connection-rights.js'
import { OpenConnections } from './open-connections.js'
import { RealtimeRoutes } from './realtime-routes.js'
import { SocketRequests } from './socket-requests.js'
import { SubscriptionsModule } from './subscriptions.module.js'

@Module({
  imports: [SubscriptionsModule, ChannelsModule],
  providers: [OpenConnections, ConnectionRights, SocketRequests, RealtimeRoutes],
  exports: [OpenConnections],
})
export class RealtimeModule {}
