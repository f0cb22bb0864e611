import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { answered, groupsOf, type ModelAggregate, type ModelGroup, type SentRecord } from './aggregate-model.js'
import { Conditions, makeRules, Random } from './generate.js'
import { itemNames, type Setting, serveRules, startSetting } from './setting.js'
import type { Kind, Model } from './world.js'

/**
 * Random rules, rows and queries: an aggregate is what the caller could compute of the list the same rules let them read,
 * and a field that is closed to a filter is closed to it. `RULES_SEED=… ` repeats a run, `RULES_ROUNDS=…` makes it longer.
 */
const seed = Number(process.env['RULES_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['RULES_ROUNDS'] ?? 4)
const queriesPerAsker = 6

vi.setConfig({ testTimeout: 60_000 * Math.ceil(rounds / 4) })

const random = new Random(seed)
let setting: Setting

beforeAll(async () => {
  console.log(`RULES_SEED=${seed}`)
  setting = await startSetting(random)
})
afterAll(() => setting?.server.stop())

const kinds: Readonly<Record<string, Kind>> = {
  ...{ a: 'text', n: 'integer', s: 'select', b: 'boolean', d: 'decimal', t: 'date', g: 'tags', c: 'computed' },
  ...{ owner: 'one', org: 'one', 'owner.team': 'text', 'owner.level': 'integer', 'owner.org': 'one' },
  ...{ 'owner.org.tier': 'integer', 'org.name': 'text', 'org.tier': 'integer', 'org.boss.level': 'integer' },
}
const paths = Object.keys(kinds)
const numbers: readonly Kind[] = ['integer', 'decimal', 'computed']
const ordered: readonly Kind[] = [...numbers, 'text', 'date', 'select']
const takes: Readonly<Record<ModelAggregate['function'], readonly Kind[]>> = {
  count: [...ordered, 'boolean', 'tags', 'one'],
  countDistinct: [...ordered, 'boolean', 'one'],
  sum: numbers,
  avg: numbers,
  min: ordered,
  max: ordered,
  percentile: numbers,
}

it('answers what the caller could compute of a list', async () => {
  const seen = { answered: 0, refused: 0, forbidden: 0 }
  for (let round = 0; round < rounds; round++) {
    const { world } = setting
    for (const model of Object.values(world.models)) world.rules[model.name] = makeRules(random, world, model, 'read')
    await serveRules(setting)
    for (const name of itemNames)
      for (const asker of [...setting.askers, { label: 'admin', token: setting.admin.token, id: '', roles: [] }])
        await compareAll(world.models[name]!, asker, seen)
  }
  console.log(seen)
  expect(Math.min(...Object.values(seen))).toBeGreaterThan(0)
})

type Asker = Setting['askers'][number]

async function compareAll(model: Model, asker: Asker, seen: Record<string, number>): Promise<void> {
  const known = await knownPaths(model, asker)
  if (known === undefined) {
    const [list, aggregate] = [await send(model, asker, 'query', {}), await send(model, asker, 'aggregate', {})]
    expect([aggregate.status, aggregate.json.code]).toEqual([list.status, list.json.code])
    seen['forbidden']! += 1
    return
  }
  for (let count = 0; count < queriesPerAsker; count++) seen[await compareOne(model, asker, known)]! += 1
}

/** The paths the caller may name, by asking; undefined where no record of the collection is open. */
async function knownPaths(model: Model, asker: Asker): Promise<ReadonlySet<string> | undefined> {
  const answers = await Promise.all(
    paths.map((path) => send(model, asker, 'query', { filter: { [path]: { $null: true } }, limit: 1 })),
  )
  if (answers.some(({ status }) => status === 401 || status === 403)) return undefined
  return new Set(paths.filter((_, at) => answers[at]!.status === 200))
}

async function compareOne(model: Model, asker: Asker, known: ReadonlySet<string>): Promise<'answered' | 'refused'> {
  const { groups, aggregates } = makeQuery(known)
  const filter = random.chance(0.6) ? filterOf(model, known) : {}
  const body = {
    filter,
    groupBy: groups.map(({ as, ...group }) => (group.bucket || as !== group.field ? { ...group, as } : group.field)),
    aggregates: Object.fromEntries(
      Object.entries(aggregates).map(([name, { function: called, field, at }]) => [
        name,
        { [called]: field, ...(at !== undefined && { at }) },
      ]),
    ),
    limit: 10_000,
  }
  const context = JSON.stringify({ seed, asker: asker.label, model: model.name, body, rules: setting.world.rules })
  const answer = await send(model, asker, 'aggregate', body)
  const named = [...groups, ...Object.values(aggregates)].map(({ field }) => field)
  if (!named.every((path) => path === '*' || known.has(path))) {
    expect([answer.status, answer.json.code], context).toEqual([400, 'unknown_field'])
    return 'refused'
  }
  expect(answer.status, `${context} ${answer.text}`).toBe(200)
  const wanted = groupsOf(await listOf(model, asker, known, filter), groups, aggregates)
  const given = answer.json.data.map((group: Record<string, unknown>) => [
    JSON.stringify(Object.fromEntries(groups.map(({ as }) => [as, group[as]]))),
    Object.fromEntries(
      Object.entries(group).map(([name, value]) => [
        name,
        aggregates[name] ? answered(value, aggregates[name]) : value,
      ]),
    ),
  ])
  expect(given.length, context).toBe(wanted.size)
  expect(new Map(given), context).toEqual(wanted)
  return 'answered'
}

/** The records by the list, with all that can be expanded. */
async function listOf(model: Model, asker: Asker, known: ReadonlySet<string>, filter: object): Promise<SentRecord[]> {
  const nested = (relation: string, inner: string): string[] =>
    known.has(relation) ? [known.has(`${relation}.${inner}`) ? `${relation}(expand(${inner}))` : relation] : []
  const boss = known.has('org.boss.level') ? ['org(expand(boss))'] : nested('org', 'none')
  const expand = [...nested('owner', 'org'), ...boss]
  const body = { filter, limit: 1000, ...(expand.length > 0 && { expand: expand.join(',') }) }
  const answer = await send(model, asker, 'query', body)
  expect(answer.status, answer.text).toBe(200)
  return answer.json.data
}

const send = (model: Model, asker: Asker, route: string, body: object): Promise<TestResponse> =>
  setting.server.request('POST', `/api/v1/collections/${model.name}/${route}`, {
    ...(asker.token === undefined ? {} : { token: asker.token }),
    body,
  })

/** A condition on fields that mean something to the caller, none behind relations. */
function filterOf(model: Model, known: ReadonlySet<string>): object {
  const own = () => Object.keys(model.fields).filter((name) => known.has(name) && !model.fields[name]!.target)
  return new Conditions(random, setting.world, false, own).make(model, 1)
}

/** Mostly of names that mean something to the caller, so that most queries are answered. */
function makeQuery(known: ReadonlySet<string>): { groups: ModelGroup[]; aggregates: Record<string, ModelAggregate> } {
  const names = random.chance(0.9) ? paths.filter((path) => known.has(path)) : paths
  const groups = new Map<string, ModelGroup>()
  for (let count = random.below(4); names.length > 0 && count > 0; count--) {
    const field = random.pick(names)
    const as = random.chance(0.3) ? `group${count}` : field
    const bucket = random.pick(['week', 'month', 'quarter', 'year'] as const)
    groups.set(as, { field, as, ...(kinds[field] === 'date' && random.chance(0.6) && { bucket }) })
  }
  const aggregates: Record<string, ModelAggregate> = { all: { function: 'count', field: '*', kind: undefined } }
  for (let count = random.below(6); count > 0; count--) {
    const called = random.pick(Object.keys(takes) as ModelAggregate['function'][])
    const fitting = names.filter((path) => takes[called].includes(kinds[path]!))
    if (fitting.length === 0) continue
    const field = random.pick(fitting)
    const at = called === 'percentile' ? { at: random.pick([0, 0.1, 0.5, 0.95, 1]) } : {}
    aggregates[`x${count}`] = { function: called, field, kind: kinds[field], ...at }
  }
  return { groups: [...groups.values()], aggregates }
}
