import type { CollectionDefinition } from '@holdfast/contract'
import { expect } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'
import type { Mailbox, ReadMail } from '../mail/mailbox.js'

/** An app with teams, whose projects and tasks belong to one of them each. */
export const teamApp: readonly Omit<CollectionDefinition, 'id'>[] = [
  {
    name: 'teams',
    members: true,
    history: true,
    trash: true,
    fields: [{ name: 'name', type: 'text', required: true }],
    rules: [
      { role: 'user', action: 'create' },
      { role: 'user', action: 'read', conditions: { id: { $in: '$user.teams' } } },
      { role: 'user', action: ['update', 'delete'], conditions: { id: { $in: '$user.teams.owner' } } },
    ],
  },
  {
    name: 'projects',
    tenant: 'team',
    history: true,
    trash: true,
    fields: [
      { name: 'team', type: 'relation', collection: 'teams', required: true, onDelete: 'cascade', inverse: 'projects' },
      { name: 'name', type: 'text', required: true, searchable: true },
      { name: 'code', type: 'text', unique: true },
      { name: 'cost', type: 'integer', default: 1 },
    ],
    rules: [{ role: 'user', action: ['read', 'create', 'update', 'delete'] }],
  },
  {
    name: 'tasks',
    tenant: 'team',
    fields: [
      { name: 'team', type: 'uuid' },
      { name: 'title', type: 'text' },
      { name: 'project', type: 'relation', collection: 'projects', onDelete: 'cascade', inverse: 'tasks' },
    ],
    rules: [
      { role: 'public', action: 'read' },
      { role: 'user', action: ['read', 'create', 'update', 'delete'] },
    ],
  },
  {
    name: 'notes',
    fields: [
      { name: 'text', type: 'text' },
      { name: 'project', type: 'relation', collection: 'projects', inverse: 'notes' },
    ],
    rules: [{ role: 'user', action: ['read', 'create', 'update', 'delete'] }],
  },
]

export interface Member extends Persona {
  readonly email: string
}

/** What requests of a test are made with. */
export interface TeamWorld {
  readonly server: TestServer
  readonly admin: Persona
  ask(who: Persona | undefined, method: string, path: string, body?: unknown): ReturnType<TestServer['request']>
  /** A user whose address is proven. */
  person(name: string): Promise<Member>
  /** A team of that owner. */
  team(owner: Persona, name: string): Promise<string>
  /** The same persona, working in the team. */
  switchTo(who: Persona, team: string | null): Promise<void>
  join(team: string, who: Persona, roles: readonly string[]): Promise<void>
}

export const records = (collection: string, rest = ''): string => `/api/v1/collections/${collection}/records${rest}`

export async function startTeamWorld(env: Record<string, string> = {}): Promise<TeamWorld> {
  const { server, admin } = await startServerWith(teamApp, env)
  const ask: TeamWorld['ask'] = (who, method, path, body) =>
    server.request(method, path, { ...(who && { token: who.token }), ...(body !== undefined && { body }) })
  const insist = async (who: Persona, method: string, path: string, body: unknown) => {
    const answer = await ask(who, method, path, body)
    if (answer.status >= 300) throw new Error(answer.text)
    return answer.json?.data
  }
  return {
    server,
    admin,
    ask,
    person: async (name) => {
      const email = `${name}@example.com`
      const persona = await signUp(server, email)
      await proveEmail(server, persona.id)
      return { ...persona, email }
    },
    team: async (owner, name) => (await insist(owner, 'POST', records('teams'), { name })).id,
    switchTo: async (who, team) => void (await insist(who, 'POST', '/api/v1/auth/team', { team })),
    join: async (team, { id: userId }, roles) =>
      void (await insist(admin, 'POST', `/api/v1/teams/${team}/members`, { userId, roles })),
  }
}

export const proveEmail = (server: TestServer, userId: string) =>
  server.database.run({
    text: `insert into holdfast.accounts (user_id, verified_email, verified_at)
      select id, email, now() from public.users where id = $1
      on conflict (user_id) do update set verified_email = excluded.verified_email, verified_at = now()`,
    values: [userId],
  })

/** The mails of invites to an address, once there are so many: the last of them. Other mails come in between. */
export async function nextInvite(mailbox: Mailbox, address: string, count = 1): Promise<ReadMail> {
  const invites = () => invitesTo(mailbox, address)
  await expect.poll(() => invites().length, { timeout: 30_000, interval: 50 }).toBeGreaterThanOrEqual(count)
  return invites()[count - 1]!
}

export const invitesTo = (mailbox: Mailbox, address: string): ReadMail[] =>
  mailbox.to(address).filter(({ text }) => text.includes('/auth/ui/team-invite?'))
