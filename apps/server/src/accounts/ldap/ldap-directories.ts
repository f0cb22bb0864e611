import { Injectable } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { checkLdapSettings, type LdapDirectory, type LdapSettings, ldapSchema } from './ldap-settings.js'

/** The directories whose people may sign in. */
@Injectable()
export class LdapDirectories {
  private readonly settings: Settings<LdapSettings>

  constructor(settings: SettingsStore) {
    this.settings = settings.define<LdapSettings>({
      name: 'auth.ldap',
      description: 'Directories whose people sign in with the password they have there, by their ids',
      defaults: {},
      schema: ldapSchema,
      check: checkLdapSettings,
    })
  }

  /** Those that can be used, for sign-in pages. */
  async list(): Promise<{ id: string; name: string }[]> {
    const all = Object.entries(await this.settings.get())
    return all.filter(([, { enabled }]) => enabled !== false).map(([id, { name }]) => ({ id, name: name ?? id }))
  }

  /** @throws not_found */
  async get(id: string): Promise<LdapDirectory> {
    const all = await this.settings.get()
    const directory = Object.hasOwn(all, id) ? all[id]! : undefined
    if (directory === undefined || directory.enabled === false)
      throw new AppError('not_found', 'There is no such directory')
    return directory
  }
}
