import { Module } from '@nestjs/common'
import { AccountsModule } from './accounts/accounts.module.js'
import { AdminModule } from './admin/admin.module.js'
import { AuthModule } from './auth/auth.module.js'
import { BackupsModule } from './backups/backups.module.js'
import { ChangesModule } from './changes/changes.module.js'
import { CollectionsModule } from './collections/collections.module.js'
import { JobsModule } from './jobs/jobs.module.js'
import { ObservabilityModule } from './observability/observability.module.js'
import { OpenapiModule } from './openapi/openapi.module.js'
import { PermissionsModule } from './permissions/permissions.module.js'
import { PlatformModule } from './platform/platform.module.js'
import { RealtimeModule } from './realtime/realtime.module.js'
import { RecordsModule } from './records/records.module.js'
import { WebhooksModule } from './webhooks/webhooks.module.js'

/** The composition root: everything the server is made of, lowest tier first. */
@Module({
  imports: [
    PlatformModule,
    JobsModule,
    ObservabilityModule,
    CollectionsModule,
    AuthModule,
    PermissionsModule,
    ChangesModule,
    RecordsModule,
    AccountsModule,
    RealtimeModule,
    WebhooksModule,
    BackupsModule,
    OpenapiModule,
    AdminModule,
  ],
})
export class AppModule {}
