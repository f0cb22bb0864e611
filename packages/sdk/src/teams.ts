import type { OwnTeam, Page, TeamInvite, TeamMember, TeamSwitched } from '@holdfast/contract'
import { dataOf } from './answer.js'
import type { SessionKeeper } from './auth/session-keeper.js'
import { toQueryString } from './encode-query.js'
import { type CallOptions, type PageOptions, type Send, segment } from './transport.js'

type Sessions = Pick<SessionKeeper<object>, 'grant' | 'adopt'>

/** Who is in which team. A team itself is a record, of the collection whose definition says `members`. `client.teams`. */
export class TeamsClient {
  readonly #send: Send
  readonly #keeper: Sessions

  /** @internal */
  constructor(send: Send, keeper: Sessions) {
    this.#send = send
    this.#keeper = keeper
  }

  /**
   * The teams of the signed-in user.
   *
   * @example
   * const current = (await client.teams.mine()).find((team) => team.current)
   */
  async mine(options: CallOptions = {}): Promise<OwnTeam[]> {
    return dataOf(await this.#send('GET', '/me/teams', options))
  }

  /**
   * Goes on in a team, or with null in none: collections marked `tenant` then hold the records of that team.
   *
   * @example
   * await client.teams.switch(teamId)
   */
  async switch(team: string | null, { signal }: CallOptions = {}): Promise<void> {
    const before = await this.#keeper.grant(signal)
    const answer = await this.#send('POST', '/auth/team', { body: { team }, signal })
    await this.#keeper.adopt(dataOf<TeamSwitched>(answer), before)
  }

  /**
   * A page of the members of a team.
   *
   * @example
   * const { data } = await client.teams.members(teamId)
   */
  async members(team: string, { signal, ...page }: PageOptions = {}): Promise<Page<TeamMember>> {
    const query = toQueryString(page)
    return (await this.#send('GET', `/teams/${segment(team)}/members`, { query, signal })) as Page<TeamMember>
  }

  /**
   * Makes a user a member without an invite. For admins of the server.
   *
   * @example
   * await client.teams.add(teamId, userId, ['member'])
   */
  async add(team: string, user: string, roles: string[], { signal }: CallOptions = {}): Promise<TeamMember> {
    const body = { userId: user, roles }
    return dataOf(await this.#send('POST', `/teams/${segment(team)}/members`, { body, signal }))
  }

  /**
   * Gives a member exactly these roles in the team.
   *
   * @example
   * await client.teams.setRoles(teamId, userId, ['admin'])
   */
  async setRoles(team: string, user: string, roles: string[], { signal }: CallOptions = {}): Promise<void> {
    await this.#send('PATCH', `/teams/${segment(team)}/members/${segment(user)}`, { body: { roles }, signal })
  }

  /**
   * Takes a member out of a team; yourself, too.
   *
   * @example
   * await client.teams.remove(teamId, userId)
   */
  async remove(team: string, user: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/teams/${segment(team)}/members/${segment(user)}`, options)
  }

  /**
   * Invites somebody by mail.
   *
   * @example
   * await client.teams.invite(teamId, { email: 'grace@example.com', roles: ['member'] })
   */
  async invite(
    team: string,
    { signal, ...invite }: CallOptions & { email: string; roles?: string[] },
  ): Promise<TeamInvite> {
    return dataOf(await this.#send('POST', `/teams/${segment(team)}/invites`, { body: invite, signal }))
  }

  /**
   * Invites that wait.
   *
   * @example
   * const waiting = (await client.teams.invites(teamId)).data.map(({ email }) => email)
   */
  async invites(team: string, { signal, ...page }: PageOptions = {}): Promise<Page<TeamInvite>> {
    const query = toQueryString(page)
    return (await this.#send('GET', `/teams/${segment(team)}/invites`, { query, signal })) as Page<TeamInvite>
  }

  /**
   * Takes an invite back.
   *
   * @example
   * await client.teams.revokeInvite(teamId, id)
   */
  async revokeInvite(team: string, id: string, options: CallOptions = {}): Promise<void> {
    await this.#send('DELETE', `/teams/${segment(team)}/invites/${segment(id)}`, options)
  }

  /**
   * Joins the team of an invite by the token of its mail. The signed-in user has proven to own its address.
   *
   * @example
   * const team = await client.teams.acceptInvite(token)
   */
  async acceptInvite(token: string, { signal }: CallOptions = {}): Promise<OwnTeam> {
    return dataOf(await this.#send('POST', '/auth/team-invite/accept', { body: { token }, signal }))
  }
}
