import type { ChannelDefinition } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'

/** `client.admin.channels`. */
export class AdminChannels {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All kinds of channels.
   *
   * @example
   * for (const { name, rules } of await client.admin.channels.list()) console.log(name, rules.length)
   */
  async list(options: CallOptions = {}): Promise<ChannelDefinition[]> {
    return dataOf(await this.#send('GET', '/admin/channels', options))
  }

  /**
   * One kind of channel.
   * @throws HoldfastError `not_found`
   *
   * @example
   * const { rules } = await client.admin.channels.get('lobby')
   */
  async get(name: string, options: CallOptions = {}): Promise<ChannelDefinition> {
    return dataOf(await this.#send('GET', `/admin/channels/${segment(name)}`, options))
  }

  /**
   * Opens channels to those whom a rule names. With a `collection` each of its records has one, `posts/<id>`, and
   * conditions are about the record.
   * @throws HoldfastError `invalid_definition` with every place that is wrong, `conflict` when there is one of that name
   *
   * @example
   * await client.admin.channels.create({ name: 'lobby', rules: [{ role: 'user', action: ['join', 'send', 'presence'] }] })
   * await client.admin.channels.create({
   *   name: 'posts',
   *   collection: 'posts',
   *   rules: [{ role: 'user', action: 'join', conditions: { author: '$user.id' } }],
   * })
   */
  async create(definition: ChannelDefinition, { signal }: CallOptions = {}): Promise<ChannelDefinition> {
    return dataOf(await this.#send('POST', '/admin/channels', { body: definition, signal }))
  }

  /**
   * Replaces what is said of a channel, but not its name. Whom the rules no longer let in is put out within a second.
   * @throws HoldfastError `invalid_definition`, `not_found`
   *
   * @example
   * await client.admin.channels.replace('lobby', { rules: [{ role: 'user', action: 'join' }] })
   */
  async replace(
    name: string,
    definition: Omit<ChannelDefinition, 'name'>,
    { signal }: CallOptions = {},
  ): Promise<ChannelDefinition> {
    return dataOf(await this.#send('PUT', `/admin/channels/${segment(name)}`, { body: definition, signal }))
  }

  /**
   * Removes a channel, and puts everybody out of it.
   *
   * @example
   * await client.admin.channels.delete('lobby')
   */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/channels/${segment(name)}`, options)
  }
}
