import type { RuleTest } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connect } from '../../support/channel-client.js'
import { define } from '../../support/personas.js'
import { type Member, records, startTeamWorld, type TeamWorld, teamApp } from './team-world.js'

let world: TeamWorld
let ann: Member
let ben: Member
let red: string
let blue: string

beforeAll(async () => {
  world = await startTeamWorld()
  ann = await world.person('ann')
  ben = await world.person('ben')
  red = await world.team(ann, 'red')
  blue = await world.team(ben, 'blue')
  await world.join(blue, ann, ['member'])
})
afterAll(() => world?.server.stop())

const ask: TeamWorld['ask'] = (...options) => world.ask(...options)
const create = async (who: Member, name: string): Promise<string> => {
  const answer = await ask(who, 'POST', records('projects'), { name })
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data.id
}

describe('a tenant', () => {
  it('is that of the session: each request sees one', async () => {
    await world.switchTo(ann, red)
    await create(ann, 'one')
    await world.switchTo(ann, blue)
    await create(ann, 'two')
    const names = async () =>
      (await ask(ann, 'GET', records('projects'))).json.data.map((one: { name: string }) => one.name)
    expect(await names()).toEqual(['two'])
    await world.switchTo(ann, red)
    expect(await names()).toEqual(['one'])
    await world.switchTo(ann, null)
    expect(await names()).toEqual([])
  })

  it('is told in the permissions of the caller', async () => {
    await world.switchTo(ann, red)
    const { projects } = (await ask(ann, 'GET', '/api/v1/me/permissions')).json.data
    expect(projects.read).toMatchObject({ allowed: 'some', conditions: { team: { $eq: red } } })
    expect(projects.create.allowed).toBe('all')
    expect(projects.create.fields).not.toHaveProperty('team')
    expect(projects.update.fields).not.toHaveProperty('team')
  })

  it('is asked for by explain, which says where the team is another', async () => {
    await world.switchTo(ann, red)
    const id = await create(ann, 'explained')
    const explain = async (as: object, action = 'read') =>
      (await ask(world.admin, 'POST', '/api/v1/permissions/explain', { as, action, collection: 'projects', id })).json
        .data
    expect(await explain({ user: ann.id, team: red })).toMatchObject({ allowed: true })
    expect(await explain({ user: ann.id, team: blue })).toMatchObject({
      allowed: false,
      reason: expect.stringContaining('team'),
    })
    expect(await explain({ user: ann.id })).toMatchObject({ allowed: false })
    expect(await explain({ user: ben.id, team: red }, 'delete')).toMatchObject({ allowed: false })
    const refused = await ask(world.admin, 'POST', '/api/v1/permissions/explain', {
      as: { role: 'user', team: red },
      action: 'read',
      collection: 'projects',
      id,
    })
    expect(refused.json.errors).toMatchObject([{ path: 'as.team' }])
  })

  it('is part of the tests of rules and of previews', async () => {
    const [teams, projects, ...others] = teamApp
    const tests: RuleTest[] = [
      { as: { team: red }, record: { team: red, name: 'x' }, expect: 'allowed' },
      { as: { team: red }, record: { team: blue, name: 'x' }, expect: 'denied' },
      { as: 'user', record: { team: red, name: 'x' }, expect: 'denied' },
      { as: { team: red }, action: 'update', record: { team: red, name: 'x' }, expect: 'allowed' },
      { as: { team: red }, action: 'create', record: { name: 'x' }, expect: 'allowed' },
      { as: 'admin', record: { team: blue, name: 'x' }, expect: 'allowed' },
    ]
    const rules = [{ ...projects!.rules![0]!, tests }]
    await define(world.server, world.admin, [teams!, { ...projects!, rules }, ...others])
    const preview = await ask(world.admin, 'POST', '/api/v1/admin/permissions/preview', {
      collection: 'projects',
      rules: [],
    })
    expect(preview.status, preview.text).toBe(200)
    const user = preview.json.data.roles.find(({ role }: { role: string }) => role === 'user')
    expect(user.read.rows.lost.count).toBeGreaterThan(0)
  })

  it('restores records of the team only, to the team they are of', async () => {
    await world.switchTo(ann, red)
    const id = await create(ann, 'kept')
    await ask(world.admin, 'PATCH', records('projects', `/${id}`), { team: blue })
    expect((await ask(ann, 'POST', records('projects', `/${id}/versions/1/restore`))).status).toBe(404)
    await world.switchTo(ann, blue)
    // The version is of red: whoever works in blue does not see it.
    expect((await ask(ann, 'POST', records('projects', `/${id}/versions/1/restore`))).status).toBe(404)
    expect((await ask(ann, 'DELETE', records('projects', `/${id}`))).status).toBe(204)
    await world.switchTo(ann, red)
    const trash = '/api/v1/collections/projects/trash'
    expect((await ask(ann, 'GET', trash)).text).not.toContain(id)
    expect((await ask(ann, 'POST', `${trash}/${id}/restore`)).status).toBe(404)
    await world.switchTo(ann, blue)
    expect((await ask(ann, 'POST', `${trash}/${id}/restore`)).status).toBe(200)
    expect((await ask(ann, 'GET', records('projects', `/${id}`))).json.data).toMatchObject({ team: blue })
  })

  it('closes the channels of records of other teams', async () => {
    const rules = [{ role: 'user', action: ['join', 'send'] }]
    const channel = { name: 'talk', collection: 'projects', rules }
    expect((await ask(world.admin, 'POST', '/api/v1/admin/channels', channel)).status).toBeLessThan(300)
    await world.switchTo(ann, red)
    const id = await create(ann, 'loud')
    await world.switchTo(ben, blue)
    const [of, other] = [await connect(world.server, ann.token), await connect(world.server, ben.token)]
    expect((await of.request({ type: 'join', channel: `talk/${id}` })).type).toBe('ok')
    expect((await other.request({ type: 'join', channel: `talk/${id}` })).type).toBe('error')
    of.drop()
    other.drop()
  })
})

describe('a team', () => {
  it('takes its records along, and comes back to whoever brings it back', async () => {
    const cid = await world.person('cid')
    const team = await world.team(cid, 'short')
    const dan = await world.person('dan')
    await world.join(team, dan, ['owner'])
    await world.switchTo(cid, team)
    const project = await create(cid, 'short lived')
    expect((await ask(cid, 'DELETE', records('teams', `/${team}`))).status).toBe(204)
    expect((await ask(world.admin, 'GET', records('projects', `/${project}`))).status).toBe(404)
    const back = await ask(world.admin, 'POST', `/api/v1/collections/teams/trash/${team}/restore`)
    expect(back.status, back.text).toBe(200)
    const members = await ask(world.admin, 'GET', `/api/v1/teams/${team}/members`)
    expect(members.json.data).toMatchObject([{ userId: world.admin.id, roles: ['owner'] }])
    expect((await ask(world.admin, 'GET', records('projects', `/${project}`))).status).toBe(200)
  })
})

describe('the collection of teams', () => {
  it('can be renamed, lose its members and get new ones, and go', async () => {
    const other = await startTeamWorld()
    const { admin, server } = other
    const request = (method: string, path: string, body?: unknown) =>
      server.request(method, `/api/v1${path}`, { token: admin.token, ...(body !== undefined && { body }) })
    const apply = async (body: object) => {
      const plan = await request('POST', '/admin/schema/plan', body)
      expect(plan.status, plan.text).toBe(200)
      const answer = await request('POST', '/admin/schema/apply', {
        ...body,
        hash: plan.json.data.hash,
        acceptDataLoss: true,
      })
      expect(answer.status, answer.text).toBe(200)
    }
    const team = await other.team(admin, 'one')
    const found = async (name: string) =>
      (await request('GET', `/admin/collections`)).json.data.find((one: { name: string }) => one.name === name)
    await apply({ collections: [{ ...(await found('teams')), name: 'crews' }] })
    expect((await request('GET', `/teams/${team}/members`)).json.data).toHaveLength(1)
    await request('POST', '/collections/crews/records', { name: 'two' })
    expect((await request('GET', '/me/teams')).json.data).toHaveLength(2)
    const { members: _, ...crews } = await found('crews')
    const withoutTenant = await Promise.all(
      ['projects', 'tasks'].map(async (name) => {
        const { tenant: _, ...rest } = await found(name)
        return rest
      }),
    )
    const rules: unknown[] = []
    await apply({ collections: [{ ...crews, rules }, ...withoutTenant] })
    expect((await request('GET', '/me/teams')).json.data).toEqual([])
    await request('POST', '/collections/crews/records', { name: 'three' })
    expect((await request('GET', '/me/teams')).json.data).toEqual([])
    await apply({ collections: [{ ...crews, rules, members: true }] })
    await request('POST', '/collections/crews/records', { name: 'four' })
    expect((await request('GET', '/me/teams')).json.data).toHaveLength(1)
    await apply({ drop: ['crews', 'projects', 'tasks', 'notes'] })
    expect((await request('GET', '/me/teams')).json.data).toEqual([])
    expect((await request('GET', `/teams/${team}/members`)).status).toBe(404)
    await server.stop()
  })
})
