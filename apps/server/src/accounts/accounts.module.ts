import { Module, type OnApplicationBootstrap } from '@nestjs/common'
import { CollectionsModule } from '../collections/collections.module.js'
import { PermissionsModule } from '../permissions/permissions.module.js'
import { Database } from '../platform/db/index.js'
import { RecordsModule } from '../records/records.module.js'
import { linkUsers } from './account/link-users.js'
import { MeController } from './account/me.controller.js'
import { NewAccounts } from './account/new-accounts.js'
import { ProvenEmails } from './account/proven-email.js'
import { AttemptLimits } from './limits/attempt-limits.js'
import { Counters } from './limits/counters.js'
import { AccountMails } from './mails/account-mails.js'
import { OneTimeSecrets } from './one-time/one-time-secrets.js'
import { byMail } from './parts/by-mail.js'
import { company } from './parts/company.js'
import { factors } from './parts/factors.js'
import { identities } from './parts/identities.js'
import { keys } from './parts/keys.js'
import { people } from './parts/people.js'
import { teams } from './parts/teams.js'
import { web } from './parts/web.js'
import { PasswordHasher } from './passwords/password-hasher.js'
import { PasswordsController } from './passwords/passwords.controller.js'
import { PasswordsService } from './passwords/passwords.service.js'
import { PasswordProvider } from './providers/password.provider.js'
import { Redirects } from './redirects/redirects.js'
import { CsrfController } from './sessions/csrf.controller.js'
import { SessionsController } from './sessions/sessions.controller.js'
import { BrowserSessions } from './sign-in/browser-sessions.js'
import { SignInController } from './sign-in/sign-in.controller.js'
import { SignInAnswer } from './sign-in/sign-in-answer.js'
import { SignIns } from './sign-in/sign-ins.js'
import { SignUpController } from './sign-in/sign-up.controller.js'
import { FreshProofs } from './step-up/fresh-proofs.js'

/** What the ways to sign in have in common. */
const shared = [
  AccountMails,
  BrowserSessions,
  AttemptLimits,
  Counters,
  FreshProofs,
  NewAccounts,
  OneTimeSecrets,
  ProvenEmails,
  Redirects,
  SignInAnswer,
  SignIns,
]
const passwords = [PasswordHasher, PasswordProvider, PasswordsService]

@Module({
  imports: [CollectionsModule, PermissionsModule, RecordsModule],
  controllers: [
    ...[SignUpController, SignInController, MeController, SessionsController, CsrfController],
    PasswordsController,
    ...people.controllers,
    ...keys.controllers,
    ...factors.controllers,
    ...byMail.controllers,
    ...identities.controllers,
    ...teams.controllers,
    ...company.controllers,
    ...web.controllers,
  ],
  providers: [
    ...shared,
    ...passwords,
    ...people.providers,
    ...keys.providers,
    ...factors.providers,
    ...byMail.providers,
    ...identities.providers,
    ...teams.providers,
    ...company.providers,
    ...web.providers,
  ],
  exports: [...shared, ...passwords, ...byMail.providers],
})
export class AccountsModule implements OnApplicationBootstrap {
  constructor(private readonly db: Database) {}

  onApplicationBootstrap(): Promise<void> {
    return linkUsers(this.db)
  }
}
