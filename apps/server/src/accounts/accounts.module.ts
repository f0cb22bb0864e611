import { Module, type OnApplicationBootstrap } from '@nestjs/common'
import { PermissionsModule } from '../permissions/permissions.module.js'
import { Database } from '../platform/db/index.js'
import { RecordsModule } from '../records/records.module.js'
import { AccountsService } from './accounts.service.js'
import { AttemptLimits } from './attempt-limits.js'
import { linkUsers } from './link-users.js'
import { MeController } from './me.controller.js'
import { PasswordHasher } from './password-hasher.js'
import { PasswordProvider } from './providers/password.provider.js'
import { SessionsController } from './sessions.controller.js'
import { SignInController } from './sign-in.controller.js'
import { SignInAnswer } from './sign-in-answer.js'
import { SignUpController } from './sign-up.controller.js'

@Module({
  imports: [PermissionsModule, RecordsModule],
  controllers: [SignUpController, SignInController, MeController, SessionsController],
  providers: [AccountsService, AttemptLimits, PasswordHasher, PasswordProvider, SignInAnswer],
  exports: [AccountsService, AttemptLimits, PasswordHasher, SignInAnswer],
})
export class AccountsModule implements OnApplicationBootstrap {
  constructor(private readonly db: Database) {}

  onApplicationBootstrap(): Promise<void> {
    return linkUsers(this.db)
  }
}
