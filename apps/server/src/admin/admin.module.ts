import { Module } from '@nestjs/common'
import { AccountsModule } from '../accounts/accounts.module.js'
import { ChangesModule } from '../changes/changes.module.js'
import { ObservabilityModule } from '../observability/observability.module.js'
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

@Module({
  imports: [AccountsModule, ChangesModule, ObservabilityModule],
  controllers: [
    SetupController,
    RolesController,
    JobsController,
    PrometheusController,
    ChangesController,
    SettingsController,
    EnvironmentController,
    SigningKeysController,
    ConsoleController,
  ],
  providers: [FirstAdmin, FirstStart],
})
export class AdminModule {}
