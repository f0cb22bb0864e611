import { Module } from '@nestjs/common'
import { ChannelsModule } from './channels/channels.module.js'
import { ConnectionRights } from './connections/connection-rights.js'
import { OpenConnections } from './connections/open-connections.js'
import { RealtimeRoutes } from './connections/realtime-routes.js'
import { SocketRequests } from './connections/socket-requests.js'
import { SubscriptionsModule } from './subscriptions/subscriptions.module.js'

@Module({
  imports: [SubscriptionsModule, ChannelsModule],
  providers: [OpenConnections, ConnectionRights, SocketRequests, RealtimeRoutes],
  exports: [OpenConnections],
})
export class RealtimeModule {}
