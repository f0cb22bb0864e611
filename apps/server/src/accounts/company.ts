import { SamlController } from './saml/saml.controller.js'
import { SamlProviders } from './saml/saml-providers.js'
import { SamlRedirects } from './saml/saml-redirects.js'
import { SamlStates } from './saml/saml-states.js'

/** Ways to sign in that companies have. */
export const company = {
  controllers: [SamlController],
  providers: [SamlProviders, SamlRedirects, SamlStates],
}
