import { LdapController } from '../ldap/ldap.controller.js'
import { LdapDirectories } from '../ldap/ldap-directories.js'
import { LdapSignIn } from '../ldap/ldap-sign-in.js'
import { ConsentController } from '../oidc/consent.controller.js'
import { OidcController } from '../oidc/oidc.controller.js'
import { OidcClientsController } from '../oidc/oidc-clients.controller.js'
import { OidcClients } from '../oidc/oidc-clients.js'
import { OidcPeople } from '../oidc/oidc-people.js'
import { OidcProvider } from '../oidc/oidc-provider.js'
import { OidcStore } from '../oidc/oidc-store.js'
import { SamlController } from '../saml/saml.controller.js'
import { SamlProviders } from '../saml/saml-providers.js'
import { SamlStates } from '../saml/saml-states.js'

const saml = [SamlProviders, SamlStates]
const oidc = [OidcClients, OidcPeople, OidcProvider, OidcStore]
const ldap = [LdapDirectories, LdapSignIn]

/** Ways to sign in that companies have, and this server as the way to sign in to their other apps. */
export const company = {
  controllers: [SamlController, LdapController, OidcClientsController, OidcController, ConsentController],
  providers: [...saml, ...ldap, ...oidc],
}
