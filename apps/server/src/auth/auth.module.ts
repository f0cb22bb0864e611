import { Global, Module } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { AccessTokens } from './access-tokens.js'
import { AuthGuard } from './auth.guard.js'
import { SessionCookies } from './cookies/session-cookies.js'
import { Identities } from './identities.js'
import { ApiKeys } from './keys/api-keys.js'
import { KeyUses } from './keys/key-uses.js'
import { Principals } from './principals.js'
import { SessionRefresh } from './session-refresh.js'
import { SessionSweep } from './session-sweep.js'
import { Sessions } from './sessions.js'
import { SigningKeyStore } from './signing-key-store.js'
import { SigningKeys } from './signing-keys.js'
import { Views } from './view-as/views.js'
import { WellKnownController } from './well-known.controller.js'

@Global()
@Module({
  controllers: [WellKnownController],
  providers: [
    SigningKeyStore,
    SigningKeys,
    AccessTokens,
    Principals,
    ApiKeys,
    KeyUses,
    Identities,
    Views,
    Sessions,
    SessionRefresh,
    SessionCookies,
    SessionSweep,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [AccessTokens, ApiKeys, Principals, Identities, Sessions, SessionCookies, SessionRefresh, SigningKeys],
})
export class AuthModule {}
