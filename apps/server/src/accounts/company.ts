import { LdapController } from './ldap/ldap.controller.js'
import { LdapDirectories } from './ldap/ldap-directories.js'
import { LdapSignIn } from './ldap/ldap-sign-in.js'
import { SamlController } from './saml/saml.controller.js'
import { SamlProviders } from './saml/saml-providers.js'
import { SamlRedirects } from './saml/saml-redirects.js'
import { SamlStates } from './saml/saml-states.js'

const saml = [SamlProviders, SamlRedirects, SamlStates]
const ldap = [LdapDirectories, LdapSignIn]

/** Ways to sign in that companies have. */
export const company = {
  controllers: [SamlController, LdapController],
  providers: [...saml, ...ldap],
}
