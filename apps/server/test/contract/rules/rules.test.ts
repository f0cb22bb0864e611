import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { Conditions, makeRules, Random } from './generate.js'
import { Reference } from './reference.js'
import { itemNames, type Setting, serveRules, startSetting } from './setting.js'
import { isRelation, type Model, type Row } from './world.js'

/**
 * Random rules, rows and queries: what the server answers is what the reference says. `RULES_SEED=… ` repeats a run,
 * `RULES_ROUNDS=…` makes it longer.
 */
const seed = Number(process.env['RULES_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['RULES_ROUNDS'] ?? 8)
const queriesPerAsker = 4

vi.setConfig({ testTimeout: 60_000 * Math.ceil(rounds / 8) })

const random = new Random(seed)
let setting: Setting

beforeAll(async () => {
  console.log(`RULES_SEED=${seed}`)
  setting = await startSetting(random)
})
afterAll(() => setting?.server.stop())

it('answers every query as the reference does', async () => {
  let compared = 0
  for (let round = 0; round < rounds; round++) {
    const { world } = setting
    for (const model of Object.values(world.models)) world.rules[model.name] = makeRules(random, world, model, 'read')
    await serveRules(setting)
    for (const name of itemNames)
      for (const asker of setting.askers)
        for (let count = 0; count < queriesPerAsker; count++) {
          await compareOne(world.models[name]!, asker)
          compared += 1
        }
  }
  expect(compared).toBe(rounds * itemNames.length * setting.askers.length * queriesPerAsker)
})

type Asker = Setting['askers'][number]

interface Query {
  readonly filter?: Record<string, unknown>
  readonly sort?: readonly string[]
  readonly fields?: readonly string[]
  readonly expand?: readonly string[]
}

async function compareOne(model: Model, asker: Asker): Promise<void> {
  const reference = new Reference(setting.world, asker)
  const query = makeQuery(model, reference)
  const context = JSON.stringify({ seed, asker: asker.label, model: model.name, query }, null, 1)
  const answer = await sendQuery(model, asker, query)
  const refusal = expectedRefusal(model, asker, reference, query)
  if (refusal !== undefined) {
    expect([answer.status, answer.json.code], context).toEqual(refusal)
    return
  }
  expect(answer.status, `${context} ${answer.text}`).toBe(200)
  const rows = wantedRows(model, reference, query)
  const shown = rows.map((row) => wantedRecord(model, reference, row, query))
  expect(answer.json.data.map(comparable), explain(context)).toEqual(shown)
  expect(answer.json.meta.total, explain(context)).toBe(rows.length)
  await comparePages(model, asker, query, rows, context)
  await compareGets(model, asker, reference, context)
}

/** The rules as well, when something differs. */
const explain = (context: string): string => `${context}\nrules: ${JSON.stringify(setting.world.rules)}`

// ── queries ──────────────────────────────────────────────────────────────────────────────────────────────────────────

const sortable = [
  'a',
  'n',
  's',
  'b',
  'd',
  't',
  'c',
  'owner',
  'id',
  'org.tier',
  'org.name',
  'owner.team',
  'owner.org.tier',
]

/** Mostly of names that mean something to the asker, so that most queries are answered. */
function makeQuery(model: Model, reference: Reference): Query {
  const known = (target: Model) =>
    [...Object.keys(target.fields), ...Object.keys(target.inverses)].filter((name) => {
      return (
        reference.canName(target, name) &&
        (!isRelation(target, name) || reference.mayEver('read', targetModel(target, name)))
      )
    })
  const filters = new Conditions(random, setting.world, false, random.chance(0.85) ? known : undefined)
  const sorts = sortable.filter((key) => reference.canSortBy(model, key) || random.chance(0.03))
  const names = [...known(model), 'id'].filter((name) => name in model.fields || name === 'id')
  const relations = [...known(model)].filter((name) => isRelation(model, name))
  const sort = [...new Set(random.chance(0.7) && sorts.length > 0 ? [random.pick(sorts), random.pick(sorts)] : [])]
  const expand = random.some(relations, 0.4)
  return {
    ...(random.chance(0.85) && { filter: filters.make(model) }),
    ...(sort.length > 0 && { sort: sort.map((key) => (random.chance(0.4) ? `-${key}` : key)) }),
    ...(random.chance(0.3) && { fields: [...new Set([random.pick(names), random.pick(names)])] }),
    ...(expand.length > 0 && { expand }),
  }
}

const targetModel = (model: Model, name: string): Model =>
  setting.world.models[model.inverses[name]?.source ?? model.fields[name]!.target!]!

function sendQuery(
  model: Model,
  asker: Asker,
  { filter, sort, fields, expand }: Query,
  page = {},
): Promise<TestResponse> {
  const path = `/api/v1/collections/${model.name}`
  const token = asker.token === undefined ? {} : { token: asker.token }
  const common = { limit: 1000, count: 'exact', ...page }
  if (random.chance(0.5)) {
    const body = { filter, sort, fields, expand, ...common }
    return setting.server.request('POST', `${path}/query`, { ...token, body })
  }
  const query = {
    ...(filter && { filter: JSON.stringify(filter) }),
    ...(sort && { sort: sort.join(',') }),
    ...(fields && { fields: fields.join(',') }),
    ...(expand && { expand: expand.join(',') }),
    ...Object.fromEntries(Object.entries(common).map(([name, value]) => [name, String(value)])),
  }
  return setting.server.request('GET', `${path}/records`, { ...token, query })
}

// ── what the reference says ──────────────────────────────────────────────────────────────────────────────────────────

function expectedRefusal(model: Model, asker: Asker, reference: Reference, query: Query): [number, string] | undefined {
  if (!reference.mayEver('read', model)) return asker.id ? [403, 'forbidden'] : [401, 'unauthenticated']
  const understood =
    (query.sort ?? []).every((key) => reference.canSortBy(model, key)) &&
    reference.understands((query.filter ?? {}) as never, model)
  return understood ? undefined : [400, 'unknown_field']
}

function wantedRows(model: Model, reference: Reference, { filter, sort = [] }: Query): Row[] {
  const readable = setting.world.rows[model.name]!.filter((row) => reference.canRead(model, row))
  const found = filter ? readable.filter((row) => reference.matches(filter as never, model, row)) : readable
  return reference.sort(model, found, sort)
}

function wantedRecord(model: Model, reference: Reference, row: Row, { fields, expand }: Query): object {
  const record = comparable(reference.show(model, row, fields ?? Object.keys(row)))
  if (!expand) return record
  const related = expand.map((name) => [name, comparableDeep(reference.expand(model, row, name))])
  return { ...record, expand: Object.fromEntries(related) }
}

/** System fields are the database's, and e-mail addresses no part of the world. */
const ignored = ['createdAt', 'updatedAt', 'createdBy', 'version', 'email']

function comparable(record: Record<string, unknown>): Record<string, unknown> {
  const rest = Object.entries(record).filter(([name]) => !ignored.includes(name))
  return Object.fromEntries(rest.map(([name, value]) => [name, name === 'expand' ? expandOf(value as object) : value]))
}

const expandOf = (expand: object): object =>
  Object.fromEntries(Object.entries(expand).map(([name, value]) => [name, comparableDeep(value)]))

const comparableDeep = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map((record) => comparable(record as Record<string, unknown>))
    : value === null
      ? null
      : comparable(value as Record<string, unknown>)

// ── the same rows by other ways ──────────────────────────────────────────────────────────────────────────────────────

/** Page by page, the cursor gives the same rows in the same order. */
async function comparePages(
  model: Model,
  asker: Asker,
  query: Query,
  rows: readonly Row[],
  context: string,
): Promise<void> {
  const ids: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = { ...query, fields: ['id'], expand: undefined }
    const { json } = await sendQuery(model, asker, page, { limit: 5, count: 'none', ...(cursor && { cursor }) })
    ids.push(...json.data.map(({ id }: { id: string }) => id))
    cursor = json.meta.nextCursor ?? undefined
    if (cursor === undefined) break
  }
  expect(ids, explain(context)).toEqual(rows.map(({ id }) => id))
}

async function compareGets(model: Model, asker: Asker, reference: Reference, context: string): Promise<void> {
  const row = random.pick(setting.world.rows[model.name]!)
  const path = `/api/v1/collections/${model.name}/records/${row.id}`
  const { status, json } = await setting.server.request('GET', path, asker.token ? { token: asker.token } : {})
  const readable = reference.canRead(model, row)
  expect([row.id, status], explain(context)).toEqual([row.id, readable ? 200 : 404])
  if (readable) expect(comparable(json.data), explain(context)).toEqual(comparable(reference.show(model, row)))
}
