import { Module } from '@nestjs/common'
import { AccountsModule } from '../accounts/accounts.module.js'
import { CollectionsModule } from '../collections/collections.module.js'
import { BackupsController } from './backups.controller.js'
import { Backups } from './backups.service.js'

@Module({ imports: [AccountsModule, CollectionsModule], controllers: [BackupsController], providers: [Backups] })
export class BackupsModule {}
