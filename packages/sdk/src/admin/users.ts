import type {
  AdminUserChange,
  AdminUserDetails,
  AdminUserInfo,
  FactorInfo,
  IdentityInfo,
  ImpersonationLink,
  Invite,
  NewAdminUser,
  NewInvite,
  Page,
  SessionInfo,
  TokenPair,
  UserMailKind,
  UserTeam,
} from '@holdfast/contract'
import { dataOf } from '../answer.js'
import { toQueryString } from '../encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from '../transport.js'

/** Which users. */
export interface UserQuery extends PageOptions {
  /** Part of an e-mail address, a phone number or a name. */
  search?: string
  role?: string
  kind?: AdminUserInfo['kind']
  disabled?: boolean
  /** Default `-createdAt`: the newest first. */
  sort?: 'createdAt' | '-createdAt'
}

/** `client.admin.users`. */
export class AdminUsers {
  readonly #send: Send

  /** @internal */
  constructor(send: Send) {
    this.#send = send
  }

  /**
   * A page of users with their roles, the newest first.
   *
   * @example
   * const { data, meta } = await client.admin.users.list({ search: 'ada', limit: 50 })
   */
  async list({ signal, ...query }: UserQuery = {}): Promise<Page<AdminUserInfo>> {
    return (await this.#send('GET', '/admin/users', { query: toQueryString(query), signal })) as Page<AdminUserInfo>
  }

  /**
   * One user, and how they can sign in.
   *
   * @example
   * const { methods, lastSignInAt } = await client.admin.users.get(userId)
   */
  async get(id: string, options: CallOptions = {}): Promise<AdminUserDetails> {
    return dataOf(await this.#send('GET', path(id), options))
  }

  /**
   * Makes an account.
   *
   * @example
   * await client.admin.users.create({ email: 'grace@example.com', password: 'correct horse', emailIsProven: true })
   */
  async create(user: NewAdminUser, { signal }: CallOptions = {}): Promise<AdminUserDetails> {
    return dataOf(await this.#send('POST', '/admin/users', { body: user, signal }))
  }

  /**
   * Disables a user, changes the address or the language of mails.
   *
   * @example
   * await client.admin.users.update(userId, { disabled: true })
   */
  async update(id: string, change: AdminUserChange, { signal }: CallOptions = {}): Promise<AdminUserDetails> {
    return dataOf(await this.#send('PATCH', path(id), { body: change, signal }))
  }

  /**
   * Deletes a user. With `erase`, what is theirs goes too, for good, as the collections say.
   *
   * @example
   * await client.admin.users.delete(userId, { erase: true })
   */
  async delete(id: string, { erase, signal }: CallOptions & { erase?: boolean } = {}): Promise<void> {
    await this.#send('DELETE', path(id), { query: erase ? 'erase=true' : '', signal })
  }

  /**
   * Invites somebody by mail.
   *
   * @example
   * await client.admin.users.invite({ email: 'grace@example.com', roles: ['editor'] })
   */
  async invite(invite: NewInvite, { signal }: CallOptions = {}): Promise<Invite> {
    return dataOf(await this.#send('POST', '/admin/users/invite', { body: invite, signal }))
  }

  /**
   * Invitations that wait.
   *
   * @example
   * const waiting = (await client.admin.users.invites()).data.map(({ email }) => email)
   */
  async invites({ signal, ...page }: PageOptions = {}): Promise<Page<Invite>> {
    return (await this.#send('GET', '/admin/invites', { query: toQueryString(page), signal })) as Page<Invite>
  }

  /**
   * Sends an invitation again. Another one takes its place: the link of before is void.
   *
   * @example
   * const { expiresAt } = await client.admin.users.resendInvite(id)
   */
  async resendInvite(id: string, options: CallOptions = {}): Promise<Invite> {
    return dataOf(await this.#send('POST', `/admin/invites/${segment(id)}/resend`, options))
  }

  /**
   * Takes an invitation back.
   *
   * @example
   * await client.admin.users.revokeInvite(id)
   */
  async revokeInvite(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/admin/invites/${segment(id)}`, options)
  }

  /**
   * Tokens by which the caller acts as a user, for as long as the caller's own session lives. The user is shown it.
   *
   * @example
   * const { accessToken } = await client.admin.users.impersonate(userId, 'Ticket 4711')
   * const asUser = createClient('https://api.example.com', { token: accessToken })
   */
  async impersonate(id: string, reason: string, { signal }: CallOptions = {}): Promise<TokenPair> {
    return dataOf(await this.#send('POST', `${path(id)}/impersonate`, { body: { reason }, signal }))
  }

  /**
   * A link that opens an app as a user, and leaves the session of this browser as it is. It is good once, for a minute.
   *
   * @example
   * const url = await client.admin.users.impersonationLink(userId, 'Ticket 4711', 'https://app.example.com/signed-in')
   */
  async impersonationLink(
    id: string,
    reason: string,
    redirectTo: string,
    { signal }: CallOptions = {},
  ): Promise<string> {
    const body = { reason, redirectTo }
    return dataOf<ImpersonationLink>(await this.#send('POST', `${path(id)}/impersonate/link`, { body, signal })).url
  }

  /**
   * Gives a user exactly these roles. Takes effect at once, for sessions that are open too.
   *
   * @example
   * await client.admin.users.setRoles(userId, ['editor'])
   */
  async setRoles(id: string, roles: readonly string[], { signal }: CallOptions = {}): Promise<AdminUserInfo> {
    return dataOf(await this.#send('PUT', `${path(id)}/roles`, { body: { roles }, signal }))
  }

  /**
   * Second factors and passkeys of a user.
   *
   * @example
   * for (const { kind, name, lastUsedAt } of await client.admin.users.factors(userId)) console.log(kind, name, lastUsedAt)
   */
  async factors(id: string, options: CallOptions = {}): Promise<FactorInfo[]> {
    return dataOf(await this.#send('GET', `${path(id)}/factors`, options))
  }

  /**
   * Takes all second factors and passkeys of a user away, for somebody who has lost them.
   *
   * @example
   * await client.admin.users.removeFactors(userId)
   */
  async removeFactors(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `${path(id)}/factors`, options)
  }

  /**
   * Where a user is signed in.
   *
   * @example
   * for (const { device, place } of (await client.admin.users.sessions(userId)).data) console.log(device.name, place)
   */
  async sessions(id: string, { signal, ...page }: PageOptions = {}): Promise<Page<SessionInfo>> {
    const query = toQueryString(page)
    return (await this.#send('GET', `${path(id)}/sessions`, { query, signal })) as Page<SessionInfo>
  }

  /**
   * Ends one session of a user.
   *
   * @example
   * await client.admin.users.revokeSession(userId, sessionId)
   */
  async revokeSession(id: string, session: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `${path(id)}/sessions/${segment(session)}`, options)
  }

  /**
   * Signs a user out everywhere.
   *
   * @example
   * await client.admin.users.revokeSessions(userId)
   */
  async revokeSessions(id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `${path(id)}/sessions`, options)
  }

  /**
   * Other providers by which a user can sign in.
   *
   * @example
   * for (const { provider, email } of await client.admin.users.identities(userId)) console.log(provider, email)
   */
  async identities(id: string, options: CallOptions = {}): Promise<IdentityInfo[]> {
    return dataOf(await this.#send('GET', `${path(id)}/identities`, options))
  }

  /**
   * Takes a provider away from a user, who is told.
   *
   * @example
   * await client.admin.users.unlink(userId, identityId)
   */
  async unlink(id: string, identity: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `${path(id)}/identities/${segment(identity)}`, options)
  }

  /**
   * The teams a user is in.
   *
   * @example
   * for (const { id, roles } of await client.admin.users.teams(userId)) console.log(id, roles)
   */
  async teams(id: string, options: CallOptions = {}): Promise<UserTeam[]> {
    return dataOf(await this.#send('GET', `${path(id)}/teams`, options))
  }

  /**
   * Sends a user the mail by which they reset the password, or verify the address.
   *
   * @example
   * await client.admin.users.sendMail(userId, 'reset')
   */
  async sendMail(id: string, kind: UserMailKind, { signal }: CallOptions = {}): Promise<void> {
    await this.#send('POST', `${path(id)}/mails`, { body: { kind }, signal })
  }

  /**
   * All that is known of a user, as JSON lines; the last one says `end`.
   *
   * @example
   * const lines = (await client.admin.users.export(userId)).trim().split('\n')
   */
  async export(id: string, options: CallOptions = {}): Promise<string> {
    return (await this.#send('GET', `${path(id)}/export`, options)) as string
  }
}

const path = (id: string): string => `/admin/users/${segment(id)}`
