import { Global, Module } from '@nestjs/common'
import { APP_GUARD } from '@nestjs/core'
import { AccessTokens } from './access-tokens.js'
import { AuthGuard } from './auth.guard.js'
import { Identities } from './identities.js'
import { JwksController } from './jwks.controller.js'
import { Principals } from './principals.js'
import { SessionRefresh } from './session-refresh.js'
import { SessionSweep } from './session-sweep.js'
import { Sessions } from './sessions.js'
import { SigningKeys } from './signing-keys.js'

@Global()
@Module({
  controllers: [JwksController],
  providers: [
    SigningKeys,
    AccessTokens,
    Principals,
    Identities,
    Sessions,
    SessionRefresh,
    SessionSweep,
    { provide: APP_GUARD, useClass: AuthGuard },
  ],
  exports: [AccessTokens, Principals, Identities, Sessions, SessionRefresh],
})
export class AuthModule {}
