import type { AuthProviderInfo } from '@holdfast/contract'
import { Inject, Injectable } from '@nestjs/common'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { LdapDirectories } from '../ldap/ldap-directories.js'
import { ProviderSettings } from '../oauth/provider-settings.js'
import { SamlProviders } from '../saml/saml-providers.js'

/** Every provider somebody can sign in by now, of whatever type: for sign-in pages. */
@Injectable()
export class ProviderList {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly oauth: ProviderSettings,
    private readonly saml: SamlProviders,
    private readonly ldap: LdapDirectories,
  ) {}

  async list(): Promise<AuthProviderInfo[]> {
    const [oauth, saml, ldap] = await Promise.all([this.oauth.list(), this.saml.list(), this.ldap.list()])
    return [
      ...oauth.map(({ id, name, config: { kind } }) => this.describe('oauth', { id, name, kind })),
      ...saml.map(({ id, name }) => this.describe('saml', { id, name, kind: 'saml' })),
      ...ldap.map(({ id, name }) => this.describe('ldap', { id, name, kind: 'ldap' })),
    ]
  }

  private describe(type: AuthProviderInfo['type'], named: Pick<AuthProviderInfo, 'id' | 'name' | 'kind'>) {
    return { ...named, type, url: `${this.config.publicUrl}/api/v1/auth/${type}/${named.id}` }
  }
}
