import { Module } from '@nestjs/common'
import { ChangesModule } from '../../changes/changes.module.js'
import { CollectionsModule } from '../../collections/collections.module.js'
import { ChannelDefinitions } from './channel-definitions.js'
import { ChannelKinds } from './channel-kinds.js'
import { ChannelsController } from './channels.controller.js'
import { Channels } from './channels.js'
import { NodeNotes } from './node-notes.js'
import { RightsWatch } from './rights-watch.js'

@Module({
  imports: [CollectionsModule, ChangesModule],
  controllers: [ChannelsController],
  providers: [ChannelDefinitions, ChannelKinds, NodeNotes, RightsWatch, Channels],
  exports: [Channels],
})
export class ChannelsModule {}
