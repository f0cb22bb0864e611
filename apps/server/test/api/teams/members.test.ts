import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { invitesTo, type Member, nextInvite, proveEmail, startTeamWorld, type TeamWorld } from './team-world.js'

let mailbox: Mailbox
let world: TeamWorld
let ann: Member
let ben: Member
let cid: Member
let red: string

beforeAll(async () => {
  mailbox = await startMailbox()
  world = await startTeamWorld(mailbox.env)
  ann = await world.person('ann')
  ben = await world.person('ben')
  cid = await world.person('cid')
  red = await world.team(ann, 'Rockets & Co')
})
afterAll(async () => {
  await world?.server.stop()
  await mailbox?.close()
})

const ask: TeamWorld['ask'] = (...options) => world.ask(...options)
const members = (team: string, rest = '') => `/api/v1/teams/${team}/members${rest}`
const invites = (team: string, rest = '') => `/api/v1/teams/${team}/invites${rest}`
const accept = (who: Member, token: string | undefined) =>
  ask(who, 'POST', '/api/v1/auth/team-invite/accept', { token: token ?? '' })

async function invite(to: Member, roles?: string[], team = red): Promise<string> {
  const count = invitesTo(mailbox, to.email).length + 1
  const answer = await ask(ann, 'POST', invites(team), { email: to.email.toUpperCase(), ...(roles && { roles }) })
  expect(answer.status, answer.text).toBe(201)
  expect(answer.json.data).toMatchObject({ email: to.email, roles: roles ?? ['member'] })
  expect(answer.text).not.toContain('hfo_')
  return (await nextInvite(mailbox, to.email, count)).token!
}

describe('an invite', () => {
  it('comes by mail, and makes who accepts it a member', async () => {
    const token = await invite(ben)
    const mail = invitesTo(mailbox, ben.email).at(-1)!
    expect(mail.subject).toContain('Rockets & Co')
    expect(mail.text).toContain(`/auth/ui/team-invite?token=${token}`)
    expect((await ask(ann, 'GET', invites(red))).json.data).toMatchObject([{ email: ben.email, roles: ['member'] }])
    const accepted = await accept(ben, token)
    expect(accepted.status, accepted.text).toBe(200)
    expect(accepted.json.data).toMatchObject({ id: red, roles: ['member'], current: false })
    expect((await ask(ben, 'GET', '/api/v1/me/teams')).json.data).toMatchObject([{ id: red, roles: ['member'] }])
    expect((await ask(ann, 'GET', invites(red))).json.data).toEqual([])
  })

  it('is good once', async () => {
    const token = await invite(cid, ['billing'])
    expect((await accept(cid, token)).status).toBe(200)
    expect((await accept(cid, token)).json).toMatchObject({ status: 401, code: 'invalid_secret' })
    await ask(cid, 'DELETE', members(red, `/${cid.id}`))
    expect((await accept(cid, token)).status).toBe(401)
  })

  it('is void once it is taken back, or replaced by another', async () => {
    const first = await invite(cid)
    const second = await invite(cid, ['admin'])
    expect((await accept(cid, first)).status).toBe(401)
    const [{ id }] = (await ask(ann, 'GET', invites(red))).json.data
    expect((await ask(ann, 'DELETE', invites(red, `/${id}`))).status).toBe(204)
    expect((await accept(cid, second)).status).toBe(401)
    expect((await ask(ann, 'DELETE', invites(red, `/${id}`))).status).toBe(404)
  })

  it('leaves a member the roles they have', async () => {
    expect((await accept(ben, await invite(ben, ['owner']))).json.data).toMatchObject({ roles: ['member'] })
  })

  it('goes with the right of whom it came from', async () => {
    const dora = await world.person('dora')
    const erik = await world.person('erik')
    await world.join(red, dora, ['admin'])
    const sent = await ask(dora, 'POST', invites(red), { email: erik.email })
    expect(sent.status, sent.text).toBe(201)
    const { token } = await nextInvite(mailbox, erik.email)
    expect((await ask(ann, 'PATCH', members(red, `/${dora.id}`), { roles: ['member'] })).status).toBe(204)
    expect((await accept(erik, token)).status).toBe(401)
  })
})

describe('members', () => {
  it('are listed for members, with addresses for those who manage them', async () => {
    const page = await ask(ann, 'GET', `${members(red)}?limit=2`)
    expect(page.json.data).toHaveLength(2)
    const rest = await ask(ann, 'GET', `${members(red)}?limit=2&cursor=${page.json.meta.nextCursor}`)
    const all = [...page.json.data, ...rest.json.data]
    expect(all).toContainEqual(expect.objectContaining({ userId: ann.id, roles: ['owner'], email: ann.email }))
    const seen = await ask(ben, 'GET', members(red))
    expect(seen.json.data.map(({ userId }: { userId: string }) => userId)).toContain(ann.id)
    expect(seen.text).not.toContain('@')
  })

  it('get roles from owners and admins of the team', async () => {
    expect((await ask(ann, 'PATCH', members(red, `/${ben.id}`), { roles: ['admin', 'billing'] })).status).toBe(204)
    expect((await ask(ben, 'GET', '/api/v1/me/teams')).json.data).toMatchObject([{ roles: ['admin', 'billing'] }])
    expect((await ask(ann, 'PATCH', members(red, `/${ben.id}`), { roles: ['Bad Name'] })).json.errors).toMatchObject([
      { path: 'roles.0' },
    ])
    expect((await ask(ann, 'PATCH', members(red, `/${ben.id}`), { roles: [] })).status).toBe(400)
  })

  it('leave, but for the last owner', async () => {
    const refused = await ask(ann, 'DELETE', members(red, `/${ann.id}`))
    expect(refused.json).toMatchObject({ status: 409, code: 'conflict' })
    await ask(ann, 'PATCH', members(red, `/${ben.id}`), { roles: ['owner'] })
    expect((await ask(ann, 'DELETE', members(red, `/${ann.id}`))).status).toBe(204)
    expect((await ask(ann, 'GET', members(red))).status).toBe(404)
    await world.join(red, ann, ['owner'])
  })

  it('keep one owner when both leave at once', async () => {
    const gus = await world.person('gus')
    const hal = await world.person('hal')
    const team = await world.team(gus, 'two')
    await world.join(team, hal, ['owner'])
    const left = await Promise.all([gus, hal].map((who) => ask(who, 'DELETE', members(team, `/${who.id}`))))
    expect(left.map(({ status }) => status).sort()).toEqual([204, 409])
  })

  it('go with their team and with their account', async () => {
    const ida = await world.person('ida')
    const team = await world.team(ida, 'short')
    await world.switchTo(ida, team)
    expect((await ask(ida, 'DELETE', `/api/v1/collections/teams/records/${team}`)).status).toBe(204)
    expect((await ask(ida, 'GET', '/api/v1/me/teams')).json.data).toEqual([])
    expect((await ask(ida, 'GET', '/api/v1/auth/me')).status).toBe(200)
    await world.join(red, ida, ['member'])
    await ask(world.admin, 'DELETE', `/api/v1/collections/users/records/${ida.id}`)
    expect((await ask(ann, 'GET', members(red))).text).not.toContain(ida.id)
  })

  it('are made by admins of the server without an invite, also for a team that is there before anybody', async () => {
    const team = '0198a1b2-0000-7000-8000-00000000000a'
    await world.server.database.run({ text: `insert into public.teams (id, name) values ($1, 'z')`, values: [team] })
    const added = await ask(world.admin, 'POST', members(team), { userId: ann.id, roles: ['owner'] })
    expect(added.json).toMatchObject({ data: { userId: ann.id, roles: ['owner'] } })
    expect((await ask(ann, 'POST', members(team), { userId: ben.id, roles: ['owner'] })).status).toBe(403)
    expect((await ask(world.admin, 'GET', members(team))).json.data).toHaveLength(1)
    const again = await ask(world.admin, 'POST', members(team), { userId: ann.id, roles: ['member'] })
    expect(again.json).toMatchObject({ status: 409, code: 'conflict' })
    const nowhere = members('0198a1b2-0000-7000-8000-00000000000b')
    expect((await ask(world.admin, 'POST', nowhere, { userId: ann.id, roles: ['owner'] })).status).toBe(404)
  })
})

describe('a session', () => {
  const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())

  it('switches to a team of the user, and tells it to other services', async () => {
    const switched = await ask(ann, 'POST', '/api/v1/auth/team', { team: red })
    expect(switched.json.data).toMatchObject({ team: red })
    expect(claimsOf(switched.json.data.accessToken)).toMatchObject({ sub: ann.id, team: red })
    expect((await ask(ann, 'GET', '/api/v1/me/teams')).json.data).toContainEqual(
      expect.objectContaining({ id: red, current: true }),
    )
    const back = await ask(ann, 'POST', '/api/v1/auth/team', { team: null })
    expect(back.json.data).toMatchObject({ team: null })
    expect(claimsOf(back.json.data.accessToken)).not.toHaveProperty('team')
    expect((await ask(ann, 'POST', '/api/v1/auth/team', {})).status).toBe(422)
  })

  it('is in no team any more once the user is not', async () => {
    const jan = await world.person('jan')
    await proveEmail(world.server, jan.id)
    await world.join(red, jan, ['member'])
    await world.switchTo(jan, red)
    expect((await ask(ann, 'DELETE', members(red, `/${jan.id}`))).status).toBe(204)
    await world.join(red, jan, ['member'])
    expect((await ask(jan, 'GET', '/api/v1/me/teams')).json.data).toMatchObject([{ id: red, current: false }])
  })
})
