import { ExchangeController } from '../identities/exchange.controller.js'
import { IdentitiesController } from '../identities/identities.controller.js'
import { IdentityLinks } from '../identities/identity-links.js'
import { IdentitySignIns } from '../identities/identity-sign-ins.js'
import { LinkedIdentities } from '../identities/linked-identities.js'
import { ProviderList } from '../identities/provider-list.js'
import { SeenAssertions } from '../identities/seen-assertions.js'
import { SignInCodes } from '../identities/sign-in-codes.js'
import { AdminProvidersController } from '../oauth/admin-providers.controller.js'
import { AuthorizationServers } from '../oauth/authorization-servers.js'
import { NativeSignIn } from '../oauth/native-sign-in.js'
import { OAuthController } from '../oauth/oauth.controller.js'
import { OAuthFlow } from '../oauth/oauth-flow.js'
import { OAuthStarts } from '../oauth/oauth-starts.js'
import { ProviderSettings } from '../oauth/provider-settings.js'
import { ProviderTokenStore } from '../oauth/provider-tokens.js'

/** Signing in by other providers: who users are there, and OAuth 2 and OpenID Connect. */
export const identities = {
  controllers: [ExchangeController, IdentitiesController, OAuthController, AdminProvidersController],
  providers: [
    ...[IdentityLinks, IdentitySignIns, LinkedIdentities, SeenAssertions, SignInCodes],
    ...[AuthorizationServers, NativeSignIn, OAuthFlow, OAuthStarts],
    ...[ProviderList, ProviderSettings, ProviderTokenStore],
  ],
}
