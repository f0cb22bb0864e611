import type { RoleMembers } from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { type CallOptions, type Send, segment } from '../transport.js'

/** A named role. */
export interface Role {
  name: string
  description: string | null
  /** Whether users with the role must prove a second factor to sign in. */
  secondFactor: boolean
}

/** `client.admin.roles`. */
export class AdminRoles {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * All named roles.
   *
   * @example
   * const names = (await client.admin.roles.list()).map((role) => role.name)
   */
  async list(options: CallOptions = {}): Promise<Role[]> {
    return dataOf(await this.#send('GET', '/admin/roles', options))
  }

  /**
   * How many users and keys have each role.
   *
   * @example
   * for (const { role, users } of await client.admin.roles.members()) console.log(role, users)
   */
  async members(options: CallOptions = {}): Promise<RoleMembers[]> {
    return dataOf(await this.#send('GET', '/admin/roles/members', options))
  }

  /**
   * Makes a role.
   *
   * @example
   * await client.admin.roles.create({ name: 'editor', description: 'Publishes posts' })
   */
  async create(
    role: { name: string; description?: string; secondFactor?: boolean },
    { signal }: CallOptions = {},
  ): Promise<Role> {
    return dataOf(await this.#send('POST', '/admin/roles', { body: role, signal }))
  }

  /**
   * Changes a role. Where it begins to ask for a second factor, sessions of users who have proven none end.
   *
   * @example
   * await client.admin.roles.update('editor', { secondFactor: true })
   */
  async update(
    name: string,
    change: { description?: string | null; secondFactor?: boolean },
    { signal }: CallOptions = {},
  ): Promise<Role> {
    return dataOf(await this.#send('PATCH', `/admin/roles/${segment(name)}`, { body: change, signal }))
  }

  /**
   * Removes a role, also from those who have it.
   *
   * @example
   * await client.admin.roles.delete('editor')
   */
  async delete(name: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/roles/${segment(name)}`, options)
  }
}
