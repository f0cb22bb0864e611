import { Module } from '@nestjs/common'
import { APP_INTERCEPTOR } from '@nestjs/core'
import { AccountsModule } from '../accounts/accounts.module.js'
import { ChangesModule } from '../changes/changes.module.js'
import { CollectionsModule } from '../collections/collections.module.js'
import { ObservabilityModule } from '../observability/observability.module.js'
import { AuditController } from './audit/audit.controller.js'
import { AuditInterceptor } from './audit/audit-interceptor.js'
import { AuditLog } from './audit/audit-log.js'
import { ChangesController } from './changes.controller.js'
import { ConsoleController } from './console.controller.js'
import { EnvironmentController } from './environment.controller.js'
import { FirstAdmin } from './first-admin.js'
import { FirstStart } from './first-start.js'
import { JobsController } from './jobs.controller.js'
import { PrometheusController } from './metrics.controller.js'
import { RolesController } from './roles.controller.js'
import { SettingsController } from './settings.controller.js'
import { SetupController } from './setup.controller.js'
import { SigningKeysController } from './signing-keys.controller.js'
import { TailedChanges } from './tailed-changes.js'
import { SavedViewsController } from './views/saved-views.controller.js'
import { SavedViews } from './views/saved-views.js'

@Module({
  imports: [AccountsModule, CollectionsModule, ChangesModule, ObservabilityModule],
  controllers: [
    SetupController,
    RolesController,
    JobsController,
    AuditController,
    PrometheusController,
    ChangesController,
    SettingsController,
    EnvironmentController,
    SigningKeysController,
    SavedViewsController,
    ConsoleController,
  ],
  providers: [
    SavedViews,
    TailedChanges,
    AuditLog,
    { provide: APP_INTERCEPTOR, useClass: AuditInterceptor },
    FirstAdmin,
    FirstStart,
  ],
})
export class AdminModule {}
