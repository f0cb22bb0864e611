import { Module } from '@nestjs/common'
import { CollectionsModule } from '../collections/collections.module.js'
import { ChangeLog } from './change-log.js'
import { ChangeSignals } from './change-signals.js'
import { ChangeTailer } from './change-tailer.js'

@Module({
  imports: [CollectionsModule],
  providers: [ChangeLog, ChangeSignals, ChangeTailer],
  exports: [ChangeLog, ChangeSignals, ChangeTailer],
})
export class ChangesModule {}
