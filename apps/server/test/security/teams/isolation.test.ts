import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Member, records, startTeamWorld, type TeamWorld } from '../../api/teams/team-world.js'
import type { Persona } from '../../support/personas.js'
import { openSocket } from '../../support/realtime.js'

/**
 * Two teams, whose records have words of their own. Whoever works in one of them meets the words of the other by no door.
 */
let world: TeamWorld
let red: Side
let blue: Side
/** A member of both, who works in red. */
let eve: Member

interface Side {
  readonly member: Member
  readonly team: string
  readonly word: string
  readonly project: string
  readonly task: string
  readonly note: string
}

const ask: TeamWorld['ask'] = (...options) => world.ask(...options)

async function makeSide(name: string): Promise<Side> {
  const word = `canary${name}`
  const member = await world.person(name)
  const team = await world.team(member, word)
  await world.switchTo(member, team)
  const make = async (collection: string, body: object): Promise<string> => {
    const answer = await ask(member, 'POST', records(collection), body)
    expect(answer.status, answer.text).toBe(201)
    return answer.json.data.id
  }
  const project = await make('projects', { name: `${word} project`, code: word, cost: name === 'red' ? 3 : 1000 })
  const task = await make('tasks', { title: `${word} task`, project })
  const note = await make('notes', { text: 'note', project })
  const gone = await make('projects', { name: `${word} deleted` })
  expect((await ask(member, 'DELETE', records('projects', `/${gone}`))).status).toBe(204)
  return { member, team, word, project, task, note }
}

beforeAll(async () => {
  world = await startTeamWorld()
  red = await makeSide('red')
  blue = await makeSide('blue')
  eve = await world.person('eve')
  await world.join(red.team, eve, ['member'])
  await world.join(blue.team, eve, ['member'])
  await world.switchTo(eve, red.team)
})
afterAll(() => world?.server.stop())

const aggregate = '/api/v1/collections/projects/aggregate'

/** Requests that read, each with whether the own word is in the answer. */
const reads = (): [what: string, method: string, path: string, body?: unknown][] => [
  ['list', 'GET', records('projects')],
  ['list with a filter', 'GET', records('projects', `?filter={"code":{"$startsWith":"canary"}}`)],
  ['list with its negation', 'GET', records('projects', `?filter={"code":{"$ne":"x"}}`)],
  ['list by team', 'GET', records('projects', `?filter={"team":{"$in":["${red.team}","${blue.team}"]}}`)],
  ['list of tasks', 'GET', records('tasks')],
  [
    'filter through a relation',
    'GET',
    records('notes', `?filter={"project.name":{"$contains":"canary"}}&expand=project`),
  ],
  ['expand', 'GET', records('notes', '?expand=project(expand(tasks))')],
  ['expand to the team and back', 'GET', records('projects', '?expand=team(expand(projects)),tasks')],
  ['expand inverse', 'GET', records('teams', '?expand=projects(expand(tasks))')],
  ['search', 'GET', records('projects', '?search=project')],
  ['sort through a relation', 'GET', records('notes', '?sort=project.name&expand=project')],
  ['query', 'POST', '/api/v1/collections/projects/query', { filter: { cost: { $gt: 0 } } }],
  ['groups', 'POST', aggregate, { groupBy: ['name'], aggregates: { n: { count: '*' } } }],
  ['batch', 'POST', '/api/v1/batch', { operations: [{ action: 'get', collection: 'projects', id: red.project }] }],
  ['as of a time', 'GET', records('projects', `?asOf=${encodeURIComponent(new Date().toISOString())}`)],
  ['versions', 'GET', records('projects', `/${red.project}/versions`)],
  ['trash', 'GET', '/api/v1/collections/projects/trash'],
]

describe.each([
  ['a member', () => red.member],
  ['a member of both', () => eve],
])('A23: %s who works in red', (_, who: () => Persona) => {
  it('reads what is of red, and nothing of blue', async () => {
    const bad: string[] = []
    for (const [what, method, path, body] of reads()) {
      const answer = await ask(who(), method, path, body)
      if (answer.status !== 200) bad.push(`${what}: ${answer.status} ${answer.text}`)
      if (!answer.text.includes(red.word)) bad.push(`${what}: nothing of red in ${answer.text}`)
      // What the record of a note says is the note's own: whose project it is about does not show.
      const told = answer.text.replaceAll(`"project":"${blue.project}"`, '')
      // Who is in both teams reads the record of the other, too.
      const own = what === 'expand inverse' ? told.replace(`"name":"${blue.word}"`, '') : told
      if (own.includes(blue.word) || own.includes(blue.project)) bad.push(`${what}: blue in ${answer.text}`)
    }
    expect(bad).toEqual([])
  })

  it('A24: counts what is of red', async () => {
    const total = async (rest: string) => (await ask(who(), 'GET', records('projects', rest))).json.meta.total
    expect(await total('?count=exact')).toBe(1)
    expect(await total(`?count=exact&filter={"cost":{"$gt":500}}`)).toBe(0)
    const sum = await ask(who(), 'POST', aggregate, { aggregates: { most: { max: 'cost' }, n: { count: '*' } } })
    expect(sum.json.data, sum.text).toMatchObject([{ most: 3, n: 1 }])
    const through = await ask(who(), 'GET', records('notes', `?filter={"project.cost":{"$gt":500}}`))
    expect(through.json.data).toEqual([])
    const none = await ask(who(), 'GET', records('notes', `?filter={"project.cost":{"$lt":500}}`))
    expect(none.json.data).toHaveLength(1)
  })

  it('A26: finds no record of blue by its id, nor what was of it', async () => {
    for (const path of [
      records('projects', `/${blue.project}`),
      records('projects', `/${blue.project}/versions`),
      records('projects', `/${blue.project}/versions/1`),
      records('tasks', `/${blue.task}`),
    ])
      expect((await ask(who(), 'GET', path)).status, path).toBe(404)
    const expanded = await ask(who(), 'GET', records('notes', `/${blue.note}?expand=project`))
    expect(expanded.text).not.toContain(blue.word)
  })

  it('A32: writes no record of blue, and none into it', async () => {
    const { project, team } = blue
    const refused: [string, string, string, unknown?][] = [
      ['update', 'PATCH', records('projects', `/${project}`), { name: 'x' }],
      ['delete', 'DELETE', records('projects', `/${project}`)],
      ['create', 'POST', records('projects'), { name: 'x', team }],
      ['create many', 'POST', records('projects'), [{ name: 'x', team }]],
      ['move', 'PATCH', records('projects', `/${red.project}`), { team }],
      ['move to none', 'PATCH', records('tasks', `/${red.task}`), { team: null }],
      ['upsert', 'PUT', records('projects', `/${project}`), { name: 'x' }],
      ['upsert into', 'PUT', records('projects', '/0198a1b2-0000-7000-8000-0000000000aa'), { name: 'x', team }],
      ['relation', 'POST', records('tasks'), { title: 'x', project }],
      ['batch', 'POST', '/api/v1/batch', { operations: [{ action: 'delete', collection: 'projects', id: project }] }],
      [
        'nested',
        'PATCH',
        records('projects', `/${red.project}`),
        { tasks: { update: [{ id: blue.task, title: 'x' }] } },
      ],
      ['nested into', 'PATCH', records('projects', `/${red.project}`), { tasks: { create: [{ title: 'x', team }] } }],
      ['restore', 'POST', records('projects', `/${project}/versions/1/restore`)],
    ]
    const before = await world.server.database.run({ text: everything, values: [] })
    for (const [what, method, path, body] of refused)
      expect((await ask(who(), method, path, body)).status, what).toBeGreaterThanOrEqual(400)
    await ask(who(), 'PATCH', records('projects', `?filter={"cost":{"$gt":500}}`), { name: 'x' })
    await ask(who(), 'DELETE', records('projects', `?filter={"cost":{"$gt":500}}`))
    expect((await world.server.database.run({ text: everything, values: [] })).rows).toEqual(before.rows)
  })

  it('creates records of red, by every way', async () => {
    const created = await ask(who(), 'POST', records('projects'), [{ name: 'n1' }, { name: 'n2' }])
    expect(created.status, created.text).toBe(201)
    const operations = [{ action: 'create', collection: 'projects', data: { name: 'n3' } }]
    expect((await ask(who(), 'POST', '/api/v1/batch', { operations })).status).toBe(200)
    const imported = await fetch(`${world.server.url}/api/v1/collections/projects/import`, {
      method: 'POST',
      body: `{"name":"n4"}\n{"name":"n5","team":"${blue.team}"}\n`,
      headers: { 'content-type': 'application/x-ndjson', authorization: `Bearer ${who().token}` },
    })
    expect(await imported.text()).toContain('"line":2')
    const nested = await ask(who(), 'PATCH', records('projects', `/${red.project}`), {
      tasks: { create: [{ title: 'n6' }] },
    })
    expect(nested.status, nested.text).toBe(200)
    const { rows } = await world.server.database.run({
      text: `select distinct team from (select name, team from public.projects union all select title, team from public.tasks) p
        where name like 'n_'`,
      values: [],
    })
    expect(rows).toEqual([[red.team]])
    expect((await ask(who(), 'DELETE', records('projects', '?filter={"name":{"$like":"n_"}}'))).status).toBe(200)
    expect((await ask(who(), 'DELETE', records('tasks', '?filter={"title":{"$like":"n_"}}'))).status).toBe(200)
  })
})

const everything = `select id, team, name, version from public.projects where team is not null
  union all select id, team, title, version from public.tasks order by 1`

describe('A29: without a team', () => {
  it('nobody reads or writes a record of any', async () => {
    const ida = await world.person('ida')
    await world.join(red.team, ida, ['owner'])
    expect((await ask(ida, 'GET', records('projects'))).json.data).toEqual([])
    expect((await ask(ida, 'GET', records('projects', `/${red.project}`))).status).toBe(404)
    expect((await ask(ida, 'POST', records('projects'), { name: 'x' })).status).toBe(403)
    expect((await ask(ida, 'POST', records('tasks'), { title: 'x' })).status).toBe(403)
    expect((await ask(ida, 'PATCH', records('projects', `/${red.project}`), { name: 'x' })).status).toBe(404)
    expect((await ask(undefined, 'GET', records('tasks'))).status).toBe(401)
    expect((await ask(ida, 'GET', '/api/v1/me/permissions')).json.data).not.toHaveProperty('projects')
  })

  it('records that belong to none are nobody’s', async () => {
    await ask(world.admin, 'POST', records('tasks'), { title: 'nobodys' })
    expect((await ask(eve, 'GET', records('tasks'))).text).not.toContain('nobodys')
  })

  it('admins of the server see all teams, until they switch to one', async () => {
    const all = (await ask(world.admin, 'GET', records('projects'))).text
    expect(all).toContain(red.word)
    expect(all).toContain(blue.word)
    await world.join(red.team, world.admin, ['member'])
    await world.switchTo(world.admin, red.team)
    const own = (await ask(world.admin, 'GET', records('projects'))).text
    expect(own).toContain(red.word)
    expect(own).not.toContain(blue.word)
    expect((await ask(world.admin, 'PATCH', records('projects', `/${blue.project}`), { name: 'x' })).status).toBe(404)
    const made = await ask(world.admin, 'POST', records('projects'), { name: 'by admin' })
    expect(made.json.data).toMatchObject({ team: red.team })
    expect((await ask(world.admin, 'POST', records('projects'), { name: 'x', team: blue.team })).status).toBe(403)
    await ask(world.admin, 'DELETE', records('projects', `/${made.json.data.id}`))
    await world.switchTo(world.admin, null)
  })
})

describe('A38: a team', () => {
  it('is made with no id of one that is gone, whose records may be left', async () => {
    const mal = await world.person('mal')
    const gone = await world.team(mal, 'gone')
    await world.switchTo(mal, gone)
    const left = (await ask(mal, 'POST', records('tasks'), { title: 'left' })).json.data.id
    expect((await ask(mal, 'DELETE', records('teams', `/${gone}`))).status).toBe(204)
    const thief = await world.person('thief')
    const body = { id: gone, name: 'mine' }
    const operations = [{ action: 'create', collection: 'teams', data: body }]
    for (const attempt of [
      await ask(thief, 'POST', records('teams'), body),
      await ask(thief, 'POST', records('teams'), [body]),
      await ask(thief, 'PUT', records('teams', `/${gone}`), { name: 'mine' }),
      await ask(thief, 'POST', '/api/v1/batch', { operations }),
    ])
      expect(attempt.status, attempt.text).toBe(403)
    expect((await ask(thief, 'POST', '/api/v1/auth/team', { team: gone })).status).toBe(404)
    expect((await ask(world.admin, 'DELETE', records('tasks', `/${left}`))).status).toBe(204)
  })
})

describe('A43: who is taken out of the team', () => {
  it('is out of its records with the next request, and switched to none', async () => {
    const kai = await world.person('kai')
    await world.join(red.team, kai, ['member'])
    await world.switchTo(kai, red.team)
    expect((await ask(kai, 'GET', records('projects'))).text).toContain(red.word)
    expect((await ask(red.member, 'DELETE', `/api/v1/teams/${red.team}/members/${kai.id}`)).status).toBe(204)
    expect((await ask(kai, 'GET', records('projects'))).json.data).toEqual([])
    expect((await ask(kai, 'POST', records('projects'), { name: 'x' })).status).toBe(403)
    await world.join(red.team, kai, ['member'])
    expect((await ask(kai, 'GET', records('projects'))).json.data).toEqual([])
  })
})

describe('A42: what is kept of one team', () => {
  it('is no answer in another', async () => {
    const both = await world.person('both')
    await world.join(red.team, both, ['member'])
    await world.join(blue.team, both, ['member'])
    const send = (body: object) =>
      world.server.request('POST', records('projects'), {
        token: both.token,
        body,
        headers: { 'idempotency-key': 'same-key-in-both' },
      })
    await world.switchTo(both, red.team)
    const inRed = await send({ name: 'repeated' })
    const cursor = (await ask(both, 'GET', records('projects', '?limit=1'))).json.meta.nextCursor
    await world.switchTo(both, blue.team)
    const inBlue = await send({ name: 'repeated' })
    expect(inBlue.json.data.team).toBe(blue.team)
    expect(inBlue.json.data.id).not.toBe(inRed.json.data.id)
    const paged = await ask(both, 'GET', records('projects', `?limit=1&cursor=${cursor}`))
    expect(paged.json).toMatchObject({ code: 'invalid_cursor' })
  })
})

describe('A178: a subscription', () => {
  it('tells the records of the team of the session, and of no other', async () => {
    const [inRed, inBlue] = [await openSocket(world.server, red.member), await openSocket(world.server, blue.member)]
    const subscribe = { type: 'subscribe', id: 'p', collection: 'projects', snapshot: true } as const
    inRed.send(subscribe)
    inBlue.send(subscribe)
    await Promise.all([inRed.until('ready'), inBlue.until('ready')])
    await ask(blue.member, 'POST', records('projects'), { name: `${blue.word} told` })
    await ask(red.member, 'POST', records('projects'), { name: `${red.word} told` })
    await Promise.all([inRed.until('create'), inBlue.until('create')])
    await inRed.ask({ type: 'ping' })
    expect(JSON.stringify(inRed.messages)).toContain(`${red.word} told`)
    expect(JSON.stringify(inRed.messages)).not.toContain(blue.word)
    expect(JSON.stringify(inBlue.messages)).not.toContain(red.word)
    inRed.socket.terminate()
    inBlue.socket.terminate()
  })

  it('follows a switch, and ends with the membership', async () => {
    const lea = await world.person('lea')
    await world.join(red.team, lea, ['member'])
    await world.join(blue.team, lea, ['member'])
    await world.switchTo(lea, red.team)
    const socket = await openSocket(world.server, lea)
    socket.send({ type: 'subscribe', id: 'p', collection: 'projects' })
    socket.send({ type: 'subscribe', id: 't', collection: 'teams' })
    await socket.until('ready', 2)
    await world.switchTo(lea, blue.team)
    await socket.until('reset')
    await socket.until('ready', 3)
    await ask(red.member, 'POST', records('projects'), { name: `${red.word} late` })
    await ask(blue.member, 'POST', records('projects'), { name: `${blue.word} late` })
    await socket.until('create')
    expect(JSON.stringify(socket.messages)).not.toContain(`${red.word} late`)
    expect(JSON.stringify(socket.messages)).toContain(`${blue.word} late`)
    await ask(blue.member, 'DELETE', `/api/v1/teams/${blue.team}/members/${lea.id}`)
    await ask(blue.member, 'POST', records('projects'), { name: `${blue.word} after` })
    await ask(blue.member, 'PATCH', records('teams', `/${blue.team}`), { name: `${blue.word} after` })
    await socket.until('ready', 5)
    await socket.ask({ type: 'ping' })
    expect(JSON.stringify(socket.messages)).not.toContain(`${blue.word} after`)
    socket.socket.terminate()
  })
})

describe('noninterference', () => {
  it('A26: what is answered in red depends on nothing of blue', async () => {
    const asked = reads().filter(
      ([what]) => !['filter through a relation', 'expand', 'sort through a relation'].includes(what),
    )
    const answers = async (): Promise<string[]> => {
      const found: string[] = []
      for (const [what, method, path, body] of asked.filter(([what]) => what !== 'as of a time')) {
        const { status, text } = await ask(red.member, method, path, body)
        found.push(`${what} ${status} ${text.replace(/"(nextCursor|previousCursor|requestId)":"[^"]*"/g, '')}`)
      }
      return found
    }
    const before = await answers()
    const sql = (text: string, values: unknown[] = []) => world.server.database.run({ text, values })
    await sql(`update public.projects set name = 'canaryred project', code = null, cost = 7 where team = $1`, [
      blue.team,
    ])
    expect(await answers()).toEqual(before)
    await sql(
      `insert into public.projects (id, team, name, cost)
       select gen_random_uuid(), $1, 'canaryred project ' || i, i from generate_series(1, 300) i`,
      [blue.team],
    )
    expect(await answers()).toEqual(before)
    await sql('delete from public.projects where team = $1', [blue.team])
    expect(await answers()).toEqual(before)
  })
})
