import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mailbox, startMailbox } from '../../api/mail/mailbox.js'
import {
  invitesTo,
  type Member,
  nextInvite,
  proveEmail,
  startTeamWorld,
  type TeamWorld,
} from '../../api/teams/team-world.js'
import { signUp } from '../../support/personas.js'

let mailbox: Mailbox
let world: TeamWorld
let owner: Member
let manager: Member
let member: Member
let stranger: Member
let team: string

beforeAll(async () => {
  mailbox = await startMailbox()
  world = await startTeamWorld(mailbox.env)
  owner = await world.person('owner')
  manager = await world.person('manager')
  member = await world.person('member')
  stranger = await world.person('stranger')
  team = await world.team(owner, 'one')
  await world.join(team, manager, ['admin'])
  await world.join(team, member, ['member', 'billing'])
})
afterAll(async () => {
  await world?.server.stop()
  await mailbox?.close()
})

const ask: TeamWorld['ask'] = (...options) => world.ask(...options)
const at = (rest: string, of = team) => `/api/v1/teams/${of}/${rest}`
const accept = (who: { token: string; id: string }, token: string | undefined) =>
  ask(who, 'POST', '/api/v1/auth/team-invite/accept', { token: token ?? '' })

async function invite(email: string): Promise<string> {
  const count = invitesTo(mailbox, email).length + 1
  const { status, text } = await ask(owner, 'POST', at('invites'), { email, roles: ['billing'] })
  expect(status, text).toBe(201)
  return (await nextInvite(mailbox, email, count)).token!
}

describe('A26: who is no member', () => {
  it('finds no team, whether or not there is one', async () => {
    const absent = '0198a1b2-0000-7000-8000-0000000000ff'
    const requests: [string, string, unknown?][] = [
      ['GET', 'members'],
      ['PATCH', `members/${member.id}`, { roles: ['owner'] }],
      ['PATCH', `members/${stranger.id}`, { roles: ['owner'] }],
      ['DELETE', `members/${member.id}`],
      ['DELETE', `members/${stranger.id}`],
      ['POST', 'invites', { email: 'x@example.com' }],
      ['GET', 'invites'],
      ['DELETE', `invites/${absent}`],
    ]
    for (const [method, path, body] of requests) {
      const [there, nowhere] = [
        await ask(stranger, method, at(path), body),
        await ask(stranger, method, at(path, absent), body),
      ]
      expect(there.status, `${method} ${path}`).toBe(404)
      const strip = ({ requestId: _, ...rest }: { requestId: string }) => rest
      expect(strip(there.json)).toEqual(strip(nowhere.json))
    }
    expect((await ask(undefined, 'GET', at('members'))).status).toBe(401)
    expect((await ask(stranger, 'POST', '/api/v1/auth/team', { team })).status).toBe(404)
    expect((await ask(stranger, 'POST', '/api/v1/auth/team', { team: absent })).status).toBe(404)
  })
})

describe('A32: a member', () => {
  it('manages nobody without the role for it, and raises nobody above themselves', async () => {
    const refusals: [Member, string, string, unknown?][] = [
      [member, 'PATCH', `members/${member.id}`, { roles: ['admin'] }],
      [member, 'PATCH', `members/${manager.id}`, { roles: ['member'] }],
      [member, 'DELETE', `members/${manager.id}`],
      [member, 'POST', 'invites', { email: 'x@example.com' }],
      [member, 'GET', 'invites'],
      [manager, 'PATCH', `members/${manager.id}`, { roles: ['owner'] }],
      [manager, 'PATCH', `members/${member.id}`, { roles: ['owner'] }],
      [manager, 'PATCH', `members/${owner.id}`, { roles: ['member'] }],
      [manager, 'DELETE', `members/${owner.id}`],
      [manager, 'POST', 'invites', { email: 'x@example.com', roles: ['owner'] }],
      [manager, 'POST', 'members', { userId: stranger.id, roles: ['member'] }],
    ]
    for (const [who, method, path, body] of refusals)
      expect((await ask(who, method, at(path), body)).status, `${method} ${path}`).toBe(403)
  })

  it('cannot reach the members of another team by the path of their own', async () => {
    const other = await world.team(stranger, 'two')
    const { id } = (await ask(stranger, 'POST', at('invites', other), { email: 'y@example.com' })).json.data
    expect((await ask(owner, 'DELETE', at(`invites/${id}`))).status).toBe(404)
    expect((await ask(owner, 'PATCH', at(`members/${stranger.id}`), { roles: ['member'] })).status).toBe(404)
    expect((await ask(owner, 'DELETE', at(`members/${stranger.id}`))).status).toBe(404)
  })
})

describe('A145: an invite', () => {
  it('is of use only to whoever has proven its address', async () => {
    const token = await invite('invited@example.com')
    expect((await accept(stranger, token)).json).toMatchObject({ status: 403, code: 'forbidden' })
    const squatter = await signUp(world.server, 'invited@example.com')
    expect((await accept(squatter, token)).json).toMatchObject({ status: 403, code: 'email_not_verified' })
    expect((await ask(undefined, 'POST', '/api/v1/auth/team-invite/accept', { token })).status).toBe(401)
    await proveEmail(world.server, squatter.id)
    expect((await accept(squatter, token)).json.data).toMatchObject({ id: team, roles: ['billing'] })
  })

  it('says nothing of team, address or roles that somebody could change', async () => {
    const token = await invite('opaque@example.com')
    expect(token).toMatch(/^hfo_[\w-]{43}$/)
    const person = await world.person('opaque')
    for (const broken of [`${token}a`, token.slice(0, -1), token.replace('hfo_', ''), ''])
      expect((await accept(person, broken)).status).toBeGreaterThanOrEqual(400)
    const body = { token, roles: ['owner'], team: 'x' }
    const strange = await ask(person, 'POST', '/api/v1/auth/team-invite/accept', body)
    if (strange.status === 200) expect(strange.json.data.roles).toEqual(['billing'])
    else expect(strange.status).toBe(400)
  })

  it('A145: is used once by fifty who show it at the same time', async () => {
    const person = await world.person('many')
    const token = await invite(person.email)
    const answers = await Promise.all(Array.from({ length: 50 }, () => accept(person, token)))
    expect(
      answers.filter(({ status }) => status === 200),
      answers.map(({ text }) => text).join(),
    ).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(49)
  })

  it('A98: is the same for an address with and without an account', async () => {
    const known = await ask(owner, 'POST', at('invites'), { email: stranger.email })
    const unknown = await ask(owner, 'POST', at('invites'), { email: 'nobody@example.com' })
    expect(known.status).toBe(unknown.status)
    expect(Object.keys(known.json.data)).toEqual(Object.keys(unknown.json.data))
  })
})

describe('A232: words of others in the mail', () => {
  it('name the team, and are nothing to click on', async () => {
    const bad = await world.team(owner, 'win at evil.test/now')
    expect((await ask(owner, 'POST', at('invites', bad), { email: 'click@example.com' })).status).toBe(201)
    const mail = await nextInvite(mailbox, 'click@example.com')
    expect(`${mail.subject}${mail.text}${mail.html}`).not.toContain('evil')
  })
})
