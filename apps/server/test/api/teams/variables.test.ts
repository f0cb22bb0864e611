import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let ann: Persona
let ben: Persona
let red: string
let blue: string

const teams = '/api/v1/collections/teams/records'
const tasks = '/api/v1/collections/tasks/records'
const clubs = '/api/v1/collections/clubs/records'

const definitions = [
  {
    name: 'teams',
    members: true,
    fields: [
      { name: 'name', type: 'text' as const, required: true },
      { name: 'code', type: 'text' as const, unique: true },
      { name: 'club', type: 'relation' as const, collection: 'clubs', inverse: 'teams' },
    ],
    rules: [
      { role: 'user', action: 'create' as const },
      { role: 'user', action: 'read' as const, conditions: { id: { $in: '$user.teams' } } },
      {
        role: 'user',
        action: ['update' as const, 'delete' as const],
        conditions: { id: { $in: '$user.teams.owner' } },
      },
    ],
  },
  {
    name: 'clubs',
    fields: [{ name: 'name', type: 'text' as const }],
    rules: [{ role: 'user', action: ['read' as const, 'create' as const] }],
  },
  {
    name: 'tasks',
    fields: [
      { name: 'title', type: 'text' as const },
      { name: 'team', type: 'relation' as const, collection: 'teams', onDelete: 'cascade' as const },
    ],
    rules: [
      { role: 'user', action: ['read' as const, 'create' as const], conditions: { team: { $in: '$user.teams' } } },
      { role: 'user', action: 'delete' as const, conditions: { team: { $in: '$user.teams.owner' } } },
    ],
  },
]

const ask = (who: Persona, method: string, path: string, body?: unknown) =>
  server.request(method, path, { token: who.token, ...(body !== undefined && { body }) })
const membersOf = async (id: string) => {
  const { rows } = await server.database.run({
    text: 'select user_id, roles::text from holdfast.memberships where team_id = $1',
    values: [id],
  })
  return rows
}

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(definitions))
  ann = await signUp(server, 'ann@example.com')
  ben = await signUp(server, 'ben@example.com')
  red = (await ask(ann, 'POST', teams, { name: 'red' })).json.data.id
  blue = (await ask(ben, 'POST', teams, { name: 'blue' })).json.data.id
})
afterAll(() => server?.stop())

describe('whoever creates a team', () => {
  it('is its owner, and is answered with it where rules open it to members', async () => {
    const created = await ask(ann, 'POST', teams, { name: 'green' })
    expect(created.status).toBe(201)
    expect(created.json.data).toMatchObject({ name: 'green' })
    expect(await membersOf(created.json.data.id)).toEqual([[ann.id, '{owner}']])
  })

  it('is so by every way to create', async () => {
    const many = await ask(ann, 'POST', teams, [{ name: 'a' }, { name: 'b' }])
    expect(many.status).toBe(201)
    const operations = [{ action: 'create', collection: 'teams', data: { name: 'c' } }]
    expect((await ask(ann, 'POST', '/api/v1/batch', { operations })).status).toBe(200)
    expect((await ask(ann, 'PUT', `${teams}?by=code`, { code: 'x', name: 'd' })).status).toBe(201)
    const nested = await ask(ann, 'POST', `${clubs}?expand=teams`, { name: 'club', teams: { create: [{ name: 'e' }] } })
    expect(nested.status, nested.text).toBe(201)
    const imported = await fetch(`${server.url}/api/v1/collections/teams/import`, {
      method: 'POST',
      body: '{"name":"f"}\n{"name":"g"}\n',
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${ann.token}` },
    })
    expect(await imported.text()).toContain('"created":2')
    const { rows } = await server.database.run({
      text: `select t.name, m.user_id, m.roles::text from public.teams t join holdfast.memberships m on m.team_id = t.id
        where t.name in ('a', 'b', 'c', 'd', 'e', 'f', 'g') order by 1`,
      values: [],
    })
    expect(rows).toEqual([...'abcdefg'].map((name) => [name, ann.id, '{owner}']))
  })

  it('is nobody when a record is made past the API', async () => {
    const id = '0198a1b2-0000-7000-8000-000000000001'
    await server.database.run({ text: `insert into public.teams (id, name) values ($1, 'z')`, values: [id] })
    expect(await membersOf(id)).toEqual([])
  })
})

describe('$user.teams', () => {
  it('opens the records of the teams the caller is in', async () => {
    expect((await ask(ann, 'GET', `${teams}/${red}`)).status).toBe(200)
    expect((await ask(ann, 'GET', `${teams}/${blue}`)).status).toBe(404)
    expect((await ask(ann, 'POST', tasks, { title: 'one', team: red })).status).toBe(201)
    expect((await ask(ann, 'POST', tasks, { title: 'two', team: blue })).status).toBeGreaterThanOrEqual(400)
    expect((await ask(ben, 'GET', tasks)).json.data).toEqual([])
    expect((await ask(ann, 'GET', tasks)).json.data).toMatchObject([{ title: 'one', team: red }])
  })

  it('opens nothing to who is in no team', async () => {
    const cid = await signUp(server, 'cid@example.com')
    expect((await ask(cid, 'GET', teams)).json.data).toEqual([])
    expect((await ask(cid, 'GET', tasks)).json.data).toEqual([])
  })

  it('follows membership and roles at once', async () => {
    const dan = await signUp(server, 'dan@example.com')
    const join = (roles: string) =>
      server.database.run({
        text: `insert into holdfast.memberships (team_id, user_id, roles) values ($1, $2, $3)
          on conflict (team_id, user_id) do update set roles = excluded.roles`,
        values: [red, dan.id, roles],
      })
    const task = (await ask(ann, 'POST', tasks, { title: 'three', team: red })).json.data.id
    await join('{member}')
    expect((await ask(dan, 'GET', `${teams}/${red}`)).status).toBe(200)
    expect((await ask(dan, 'DELETE', `${tasks}/${task}`)).status).toBe(404)
    await join('{owner}')
    expect((await ask(dan, 'DELETE', `${tasks}/${task}`)).status).toBe(204)
    await server.database.run({ text: 'delete from holdfast.memberships where user_id = $1', values: [dan.id] })
    expect((await ask(dan, 'GET', `${teams}/${red}`)).status).toBe(404)
  })

  it('is told in the permissions of the caller, explained and tested', async () => {
    const own = await ask(ann, 'GET', '/api/v1/me/permissions')
    expect(own.json.data.tasks.read.conditions.team.$in).toContain(red)
    const task = (await ask(ann, 'POST', tasks, { title: 'four', team: red })).json.data.id
    const explain = (user: Persona) =>
      ask(admin, 'POST', '/api/v1/permissions/explain', {
        as: { user: user.id },
        action: 'read',
        collection: 'tasks',
        id: task,
      })
    expect((await explain(ann)).json.data).toMatchObject({ allowed: true })
    const refused = (await explain(ben)).json.data
    expect(refused).toMatchObject({ allowed: false, failed: [{ path: 'team', operator: '$in' }] })
    expect(refused.failed[0].expected).toEqual([blue])
    const tests = [
      { as: { teams: { [red]: ['owner'] } }, record: { team: red }, expect: 'allowed' as const },
      { as: { teams: [red] }, record: { team: blue }, expect: 'denied' as const },
      { as: 'user', record: { team: red }, expect: 'denied' as const },
    ]
    const rules = definitions[2]!.rules.map((rule, index) => (index === 0 ? { ...rule, tests } : rule))
    await define(server, admin, [{ ...definitions[2]!, rules } as never])
  })
})

describe('the definition', () => {
  const plan = (collections: unknown[], drop?: string[]) =>
    ask(admin, 'POST', '/api/v1/admin/schema/plan', { collections, ...(drop && { drop }) })

  it('refuses what makes no sense', async () => {
    const name = { name: 'name', type: 'text' }
    const refusals: [unknown, string][] = [
      [{ name: 'others', members: true, fields: [name] }, 'collections.0.members'],
      [{ name: 'notes', tenant: 'team', fields: [name] }, 'collections.0.tenant'],
      [{ name: 'notes', tenant: 'name', fields: [name] }, 'collections.0.tenant'],
      [{ ...definitions[0], tenant: 'name' }, 'collections.0.tenant'],
    ]
    const rules = [{ role: 'user', action: 'read', conditions: { name: { $in: '$user.teams' } } }]
    refusals.push([{ name: 'notes', fields: [name], rules }, 'collections.0.rules.0.conditions.name.$in'])
    const users = {
      name: 'users',
      fields: [
        { name: 'email', type: 'email', unique: true },
        { name: 'team', type: 'text' },
      ],
    }
    expect((await plan([users])).json.errors).toMatchObject([{ path: 'teams.members' }])
    for (const [definition, path] of refusals) {
      const { status, json } = await plan([definition])
      expect(status).toBe(422)
      expect(json.errors).toMatchObject([{ path }])
    }
  })

  it('says that memberships are lost when a collection has no members any more', async () => {
    const { members: _, ...without } = definitions[0]!
    const left = await plan([without])
    expect(left.json.errors.map(({ path }: { path: string }) => path)).toContain('tasks.rules.0.conditions')
    const { json } = await plan([
      { ...without, rules: [] },
      { ...definitions[2], rules: [] },
    ])
    const step = json.data.steps.find(({ kind }: { kind: string }) => kind === 'dropMembers')
    expect(step).toMatchObject({ lossy: true })
  })
})
