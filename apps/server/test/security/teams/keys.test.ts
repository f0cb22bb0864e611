import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Member, records, startTeamWorld, type TeamWorld } from '../../api/teams/team-world.js'
import type { Persona } from '../../support/personas.js'

let world: TeamWorld
let ann: Member
let team: string
let project: string

beforeAll(async () => {
  world = await startTeamWorld()
  ann = await world.person('ann')
  team = await world.team(ann, 'red')
  await world.switchTo(ann, team)
  project = (await ask(ann, 'POST', records('projects'), { name: 'canary' })).json.data.id
})
afterAll(() => world?.server.stop())

const ask: TeamWorld['ask'] = (...options) => world.ask(...options)
const admin = async (path: string, body: object) => {
  const answer = await ask(world.admin, 'POST', `/api/v1/admin/${path}`, body)
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.json.data
}
/** What asks by a key. */
const keyed = async (body: object): Promise<Persona> => {
  const { key, id } = await admin('api-keys', { name: 'test', ...body })
  return { token: key, id }
}

describe('A148: a key', () => {
  it('works in no team: without the role admin it meets no record of a tenant', async () => {
    await admin('roles', { name: 'editor' })
    const { id } = await admin('service-accounts', { name: 'robot', roles: ['editor'] })
    await world.join(team, { id, token: '' }, ['owner'])
    const nobody = await keyed({ roles: ['editor'] })
    const robot = await keyed({ user: id })
    for (const key of [nobody, robot]) {
      expect((await ask(key, 'GET', records('projects'))).text).not.toContain('canary')
      expect((await ask(key, 'GET', records('projects', `/${project}`))).status).toBeGreaterThanOrEqual(403)
      expect((await ask(key, 'POST', records('projects'), { name: 'x' })).status).toBe(403)
      expect((await ask(key, 'POST', '/api/v1/auth/team', { team })).status).toBe(403)
    }
    // What the rules ask for by the teams of a user, a key of the user has.
    expect((await ask(robot, 'GET', records('teams', `/${team}`))).status).toBe(200)
    expect((await ask(nobody, 'GET', records('teams'))).text).not.toContain(team)
  })

  it('of an admin meets the records of all teams, where nothing limits it', async () => {
    const all = await keyed({ roles: ['admin'] })
    expect((await ask(all, 'GET', records('projects'))).text).toContain('canary')
    const limited = await keyed({ roles: ['admin'], collections: ['notes'] })
    expect((await ask(limited, 'GET', records('projects'))).status).toBe(403)
  })

  it('lets nobody into a team', async () => {
    const { id } = await admin('service-accounts', { name: 'other robot', roles: [] })
    await world.join(team, { id, token: '' }, ['owner'])
    const robot = await keyed({ user: id })
    const at = (rest: string) => `/api/v1/teams/${team}/${rest}`
    expect((await ask(robot, 'POST', at('invites'), { email: 'x@example.com' })).status).toBe(403)
    expect((await ask(robot, 'PATCH', at(`members/${ann.id}`), { roles: ['member'] })).status).toBe(403)
    expect((await ask(robot, 'DELETE', at(`members/${ann.id}`))).status).toBe(403)
    expect((await ask(robot, 'POST', at('members'), { userId: id, roles: ['owner'] })).status).toBe(403)
    expect((await ask(robot, 'GET', at('members'))).status).toBe(200)
  })

  it('that makes a team for nobody is no member of it', async () => {
    const key = await keyed({ roles: ['admin'] })
    const made = await ask(key, 'POST', records('teams'), { name: 'by key' })
    expect(made.status, made.text).toBe(201)
    expect((await ask(world.admin, 'GET', `/api/v1/teams/${made.json.data.id}/members`)).json.data).toEqual([])
  })
})

describe('A155: an admin who acts as a member', () => {
  it('sees what the member sees, and lets nobody into the team', async () => {
    const answer = await ask(world.admin, 'POST', `/api/v1/admin/users/${ann.id}/impersonate`, { reason: 'a test' })
    expect(answer.status, answer.text).toBeLessThan(300)
    const acting = { token: answer.json.data.accessToken as string, id: ann.id }
    expect((await ask(acting, 'GET', records('projects'))).json.data).toEqual([])
    await world.switchTo(acting, team)
    expect((await ask(acting, 'GET', records('projects'))).text).toContain('canary')
    const at = (rest: string) => `/api/v1/teams/${team}/${rest}`
    expect((await ask(acting, 'POST', at('invites'), { email: 'x@example.com' })).status).toBe(403)
    expect((await ask(acting, 'DELETE', at(`members/${ann.id}`))).status).toBe(403)
    expect((await ask(acting, 'POST', '/api/v1/auth/team-invite/accept', { token: 'x' })).status).toBe(403)
  })
})
