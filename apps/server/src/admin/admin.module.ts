import { Module } from '@nestjs/common'
import { AccountsModule } from '../accounts/accounts.module.js'
import { ChangesModule } from '../changes/changes.module.js'
import { ChangesController } from './changes.controller.js'
import { FirstAdmin } from './first-admin.js'
import { FirstStart } from './first-start.js'
import { JobsController } from './jobs.controller.js'
import { RolesController } from './roles.controller.js'
import { SettingsController } from './settings.controller.js'
import { SetupController } from './setup.controller.js'
import { SigningKeysController } from './signing-keys.controller.js'
import { UsersController } from './users.controller.js'
import { UsersService } from './users.service.js'

@Module({
  imports: [AccountsModule, ChangesModule],
  controllers: [
    SetupController,
    UsersController,
    RolesController,
    JobsController,
    ChangesController,
    SettingsController,
    SigningKeysController,
  ],
  providers: [FirstAdmin, FirstStart, UsersService],
})
export class AdminModule {}
