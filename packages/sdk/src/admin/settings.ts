import type { Json, SettingsSection } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'

/** What is chosen while the server runs. `client.admin.settings`. */
export class AdminSettings {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All sections with their JSON Schemas. Secrets read `***`.
   *
   * @example
   * for (const { section, description } of await client.admin.settings.list()) console.log(section, description)
   */
  async list(options: CallOptions = {}): Promise<SettingsSection[]> {
    return dataOf(await this.#send('GET', '/admin/settings', options))
  }

  /**
   * Changes a section by a merge patch: null puts a setting back to its default. Takes effect at once.
   *
   * @example
   * await client.admin.settings.update('auth.redirects', { allow: ['https://app.example.com'] })
   */
  async update(
    section: string,
    patch: { [name: string]: Json },
    { signal }: CallOptions = {},
  ): Promise<{ [name: string]: Json }> {
    return dataOf(await this.#send('PATCH', `/admin/settings/${segment(section)}`, { body: patch, signal }))
  }
}
