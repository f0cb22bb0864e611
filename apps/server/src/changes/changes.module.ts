import { Module } from '@nestjs/common'
import { CollectionsModule } from '../collections/collections.module.js'
import { ChangeLog } from './change-log.js'
import { ChangeSignals } from './change-signals.js'
import { ChangeTailer } from './change-tailer.js'
import { ChangeRetention } from './retention/retention.js'

@Module({
  imports: [CollectionsModule],
  providers: [ChangeLog, ChangeRetention, ChangeSignals, ChangeTailer],
  exports: [ChangeLog, ChangeRetention, ChangeSignals, ChangeTailer],
})
export class ChangesModule {}
