import type { OidcClient, OidcClientDefinition, OidcClientWithSecret } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'

const root = '/admin/oidc-clients'

/** Apps that sign people in by this server. `client.admin.oidcClients`. */
export class AdminOidcClients {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All of them.
   *
   * @example
   * for (const { id, name } of await client.admin.oidcClients.list()) console.log(id, name)
   */
  async list(options: CallOptions = {}): Promise<OidcClient[]> {
    return dataOf(await this.#send('GET', root, options))
  }

  /**
   * Lets an app sign people in by this server. The answer has its secret, this once.
   *
   * @example
   * const { id, secret } = await client.admin.oidcClients.create({
   *   name: 'Wiki',
   *   redirectUris: ['https://wiki.example.com/callback'],
   * })
   */
  async create(definition: OidcClientDefinition, { signal }: CallOptions = {}): Promise<OidcClientWithSecret> {
    return dataOf(await this.#send('POST', root, { body: definition, signal }))
  }

  /**
   * Changes what is given; the kind stays.
   *
   * @example
   * await client.admin.oidcClients.update(id, { trusted: true })
   */
  async update(
    id: string,
    change: Partial<Omit<OidcClientDefinition, 'kind'>>,
    { signal }: CallOptions = {},
  ): Promise<OidcClient> {
    return dataOf(await this.#send('PATCH', `${root}/${segment(id)}`, { body: change, signal }))
  }

  /**
   * A new secret; the one before is void.
   *
   * @example
   * const { secret } = await client.admin.oidcClients.replaceSecret(id)
   */
  async replaceSecret(id: string, options: CallOptions = {}): Promise<OidcClientWithSecret> {
    return dataOf(await this.#send('POST', `${root}/${segment(id)}/secret`, options))
  }

  /**
   * Takes an app away, and every token it has.
   *
   * @example
   * await client.admin.oidcClients.delete(id)
   */
  async delete(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `${root}/${segment(id)}`, options)
  }
}
