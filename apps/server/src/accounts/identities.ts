import { ExchangeController } from './identities/exchange.controller.js'
import { IdentitySignIns } from './identities/identity-sign-ins.js'
import { LinkedIdentities } from './identities/linked-identities.js'
import { SignInCodes } from './identities/sign-in-codes.js'

/** Who users are at other providers, and signing in by that. */
export const identities = {
  controllers: [ExchangeController],
  providers: [IdentitySignIns, LinkedIdentities, SignInCodes],
}
