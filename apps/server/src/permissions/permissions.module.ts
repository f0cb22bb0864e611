import { Module } from '@nestjs/common'
import { CollectionsModule } from '../collections/collections.module.js'
import { PermissionsService } from './permissions.service.js'

@Module({ imports: [CollectionsModule], providers: [PermissionsService], exports: [PermissionsService] })
export class PermissionsModule {}
