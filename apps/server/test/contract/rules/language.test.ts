import type { Json, RuleDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Collection, compileSchema } from '../../../src/collections/index.js'
import { findTextOrder } from '../../../src/platform/db/index.js'
import {
  type Condition,
  type MatchContext,
  type MatchRecord,
  matchCondition,
  parseFilter,
  parseRuleCondition,
  readEverything,
} from '../../../src/query/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'
import type { TestServer } from '../../support/start-server.js'
import { Random } from './generate.js'
import { LanguageConditions } from './language-generate.js'
import { LanguageReference, type Letters } from './language-reference.js'
import { definitionOf, type Kind, makeThings, type Row, type Things } from './language-world.js'

/**
 * Random collections, values and conditions: SQL over HTTP, the matcher in memory and the reference choose the same rows.
 * `RULES_SEED=…` repeats a run, `RULES_ROUNDS=…` makes it longer; a round is 250 filters and four rules.
 */
const seed = Number(process.env['RULES_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['RULES_ROUNDS'] ?? 8)
const filtersPerRound = 250
const atOnce = 5

vi.setConfig({ testTimeout: 90_000 * Math.ceil(rounds / 8) })

const random = new Random(seed)
const roles = ['r0', 'r1', 'r2', 'r3']
let server: TestServer
let admin: Persona
const personas: Persona[] = []

const users = {
  name: 'users',
  fields: [
    { name: 'email', type: 'email', required: true, unique: true },
    { name: 'squad', type: 'text' },
    { name: 'level', type: 'integer' },
    { name: 'price', type: 'decimal' },
    { name: 'ratio', type: 'number' },
    { name: 'token', type: 'uuid' },
  ] as const,
}
const facts = { squad: 'ab', level: 1, price: '1.5', ratio: 0.1, token: 'a0000000-0000-4000-8000-00000000000f' }

const variables: Partial<Record<Kind, readonly string[]>> = {
  text: ['$user.squad'],
  tags: ['$user.squad'],
  integer: ['$user.level'],
  decimal: ['$user.price'],
  number: ['$user.ratio'],
  uuid: ['$user.token', '$user.id', '$user.team'],
  one: ['$user.id'],
  datetime: ['$now', '$now(-7d)'],
  json: ['$user.squad', '$user.level', '$user.ratio', '$user.token'],
}

const lists: Partial<Record<Kind, readonly string[]>> = {
  uuid: ['$user.teams', '$user.teams.owner'],
  one: ['$user.teams', '$user.teams.owner'],
  many: ['$user.teams', '$user.teams.owner'],
}

/** Values that records have. In the first two everybody is a member, in the second as an owner; there they work. */
const teams = {
  name: 'teams',
  members: true,
  fields: [{ name: 'name', type: 'text' }] as const,
  ids: [
    'a0000000-0000-4000-8000-000000000001',
    'a0000000-0000-4000-8000-00000000000f',
    'a0000000-0000-4000-8000-000000000002',
  ],
} as const
const [crew, owned] = teams.ids
const memberships: Record<string, Json> = {
  '$user.teams': [crew, owned],
  '$user.teams.owner': [owned],
  '$user.team': owned,
}

beforeAll(async () => {
  console.log(`RULES_SEED=${seed}`)
  ;({ server, admin } = await startServerWith([
    { ...users, fields: [...users.fields] },
    { name: teams.name, members: true, fields: [...teams.fields] },
  ]))
  for (const id of teams.ids) await request('POST', '/api/v1/collections/teams/records', { id })
  for (const role of roles) {
    const persona = await signUp(server, `${role}@example.com`, admin, [role])
    const path = `/api/v1/collections/users/records/${persona.id}`
    const { status, text } = await server.request('PATCH', path, { token: admin.token, body: facts })
    if (status !== 200) throw new Error(text)
    await joinTeams(persona)
    personas.push(persona)
  }
})
afterAll(() => server?.stop())

it('chooses the same rows in SQL, in memory and in the reference', async () => {
  const texts = await findTextOrder(server.database)
  let cases = 0
  const outcomes = new Set<boolean>()
  for (let round = 0; round < rounds; round++) {
    const things = makeThings(`t${round}`, random, round)
    const rules = roles.map((role): RuleDefinition => {
      return { role, action: 'read', conditions: new LanguageConditions(random, things, variables, lists).make() }
    })
    const setting = await serve(things, rules, texts)
    const generator = new LanguageConditions(random, things)
    const filters = Array.from({ length: filtersPerRound }, () => generator.make())
    for (let at = 0; at < filters.length; at += atOnce)
      await Promise.all(filters.slice(at, at + atOnce).map((filter) => compareFilter(filter, setting, outcomes)))
    for (const [index, rule] of rules.entries()) await compareRule(rule, personas[index]!, setting)
    cases += filters.length + rules.length
  }
  expect(cases).toBe(rounds * (filtersPerRound + roles.length))
  expect([...outcomes].sort()).toEqual([false, true])
})

interface Setting {
  readonly things: Things
  readonly collection: Collection
  readonly users: Collection
  /** As the server answers them. */
  readonly records: readonly MatchRecord[]
  readonly context: Omit<MatchContext, 'user'>
}

async function serve(things: Things, rules: RuleDefinition[], texts: MatchContext['texts']): Promise<Setting> {
  await define(server, admin, [definitionOf(things, rules)])
  const path = `/api/v1/collections/${things.name}/records`
  const fresh = things.rows.map((row) => ({ ...row, to: null, all: [] }))
  await request('POST', path, fresh)
  await Promise.all(things.rows.map(({ id, to, all }) => request('PATCH', `${path}/${id}`, { to, all })))
  const { json } = await server.request('GET', `${path}?limit=1000&sort=id`, { token: admin.token })
  const definitions = await server.request('GET', '/api/v1/admin/collections', { token: admin.token })
  const { collections } = compileSchema(definitions.json.data, 1)
  const records = json.data as MatchRecord[]
  const related: MatchContext['related'] = (record, { name, relation }) =>
    relation!.kind === 'inverse'
      ? records.filter((other) => other['to'] === record['id'])
      : records.filter((other) => [record[name]!].flat().includes(other['id']!))
  return {
    things,
    collection: collections.get(things.name)!,
    users: collections.get('users')!,
    records,
    context: { now: new Date(), texts, related },
  }
}

async function joinTeams({ id, token }: Persona): Promise<void> {
  for (const [team, roles] of [
    [crew, ['member']],
    [owned, ['member', 'owner']],
  ])
    await request('POST', `/api/v1/teams/${team}/members`, { userId: id, roles })
  const switched = await server.request('POST', '/api/v1/auth/team', { token, body: { team: owned } })
  if (switched.status !== 200) throw new Error(switched.text)
}

async function request(method: string, path: string, body: unknown): Promise<void> {
  const { status, text } = await server.request(method, path, { token: admin.token, body })
  if (status >= 300) throw new Error(`seed ${seed}: the rows were refused: ${text}`)
}

async function compareFilter(filter: { [key: string]: Json }, setting: Setting, outcomes: Set<boolean>): Promise<void> {
  const { things, collection, records, context } = setting
  const condition = parseFilter(filter, readEverything(collection))
  const nobody: MatchContext['user'] = { roles: [], value: () => null }
  const reference = new LanguageReference(things, lettersOf(context))
  const wanted = things.rows.filter((row) => reference.holds(filter, row)).map(({ id }) => id)
  const found = await findIds(setting, admin, filter)
  for (const { id } of things.rows) outcomes.add(found.includes(id))
  check('filter', filter, setting, {
    sql: found,
    memory: matching(condition, records, { ...context, user: nobody }),
    wanted,
  })
}

async function compareRule({ conditions }: RuleDefinition, persona: Persona, setting: Setting): Promise<void> {
  const { things, collection, records, context } = setting
  const { condition } = parseRuleCondition(conditions!, collection, setting.users)
  const known: Record<string, Json> = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [`$user.${name}`, value]),
  )
  const user: MatchContext['user'] = {
    id: persona.id,
    roles: [],
    value: ({ path }) => ({ ...known, ...memberships })[`$user.${path.join('.')}`],
  }
  const now = context.now.toISOString()
  const reference = new LanguageReference(things, lettersOf(context), {
    ...known,
    ...memberships,
    '$user.id': persona.id,
    $now: now,
    '$now(-7d)': now,
  })
  const wanted = things.rows.filter((row) => reference.holds(conditions!, row)).map(({ id }) => id)
  const found = await findIds(setting, persona)
  check('rule', conditions!, setting, {
    sql: found,
    memory: matching(condition, records, { ...context, user }),
    wanted,
  })
}

/** Half of the filters go in a URL. */
async function findIds({ things }: Setting, { token }: Persona, filter?: { [key: string]: Json }): Promise<string[]> {
  const base = `/api/v1/collections/${things.name}`
  const query = { limit: '1000', sort: 'id', fields: 'id', ...(filter && { filter: JSON.stringify(filter) }) }
  const body = { limit: 1000, sort: ['id'], fields: ['id'], filter }
  const { status, json, text } =
    random.chance(0.5) || !filter
      ? await server.request('GET', `${base}/records`, { token, query })
      : await server.request('POST', `${base}/query`, { token, body })
  expect(status, `seed ${seed}: ${JSON.stringify(filter)} ${text}`).toBe(200)
  return json.data.map(({ id }: Row) => id)
}

const lettersOf = ({ texts }: Setting['context']): Letters => (texts === 'C' ? 'ascii' : 'all')

const matching = (condition: Condition, records: readonly MatchRecord[], context: MatchContext): unknown[] =>
  records.flatMap((record) => {
    const outcome = matchCondition(condition, record, context)
    return outcome === undefined ? [`undecided: ${record['id']}`] : outcome ? [record['id']] : []
  })

function check(
  what: string,
  condition: Json,
  { things }: Setting,
  { sql, memory, wanted }: { sql: unknown[]; memory: unknown[]; wanted: unknown[] },
): void {
  const differing = things.rows.filter(
    ({ id }) => new Set([sql.includes(id), memory.includes(id), wanted.includes(id)]).size > 1,
  )
  const explain = (source: string): string =>
    `seed ${seed}: ${source} on the ${what} ${JSON.stringify(condition)}\nof ${JSON.stringify(things.fields)}\ndiffers on ${JSON.stringify(differing)}`
  expect(sql, explain('SQL')).toEqual(wanted)
  expect(memory, explain('memory')).toEqual(wanted)
}
