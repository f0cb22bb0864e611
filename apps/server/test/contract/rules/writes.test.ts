import type { Action } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { Conditions, makeRules, Random } from './generate.js'
import { Reference } from './reference.js'
import { bodyOf, itemNames, makeRow, type Setting, serveRules, startSetting } from './setting.js'
import type { Model, Row, Value } from './world.js'

/** Random rules and writes: what is allowed happens, what is not changes nothing. Seeds as in `rules.test.ts`. */
const seed = Number(process.env['RULES_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['RULES_ROUNDS'] ?? 8)
const writesPerAsker = 4

vi.setConfig({ testTimeout: 60_000 * Math.ceil(rounds / 8) })

const random = new Random(seed)
let setting: Setting
let created = 0

beforeAll(async () => {
  console.log(`RULES_SEED=${seed}`)
  setting = await startSetting(random)
})
afterAll(() => setting?.server.stop())

type Asker = Setting['askers'][number]

/** A write that leads back to its own collection is judged more strictly than the reference does: it stays out. */
const namesForWrites = ({ name, fields, inverses }: Model): string[] =>
  [...Object.keys(fields), ...Object.keys(inverses)].filter((field) => !(name.startsWith('parts') && field === 'item'))

it('does every write that the reference allows, and no other', async () => {
  const { world } = setting
  const outcomes = new Map<number, number>()
  for (let round = 0; round < rounds; round++) {
    for (const model of Object.values(world.models)) {
      const conditions = new Conditions(random, world, true, namesForWrites)
      const writes = (['create', 'update', 'delete'] as const).flatMap((action) =>
        makeRules(random, world, model, action, conditions),
      )
      world.rules[model.name] = [{ role: 'public', action: 'read' }, ...(model.name in itemsOf(world) ? writes : [])]
    }
    await serveRules(setting)
    for (const name of itemNames)
      for (const asker of setting.askers)
        for (let count = 0; count < writesPerAsker; count++) {
          const status = await writeOne(world.models[name]!, asker)
          outcomes.set(status, (outcomes.get(status) ?? 0) + 1)
        }
    await compareTables(`seed ${seed}, round ${round}`)
  }
  for (const status of [200, 201, 204, 403, 404])
    expect(outcomes.get(status), `${status}: seed ${seed}`).toBeGreaterThan(0)
})

const itemsOf = ({ models }: Setting['world']): Record<string, Model> =>
  Object.fromEntries(itemNames.map((name) => [name, models[name]!]))

function writeOne(model: Model, asker: Asker): Promise<number> {
  const action = random.pick(['create', 'update', 'update', 'update', 'delete'] as const)
  if (action === 'create') return createOne(model, asker)
  const rows = setting.world.rows[model.name]!
  const row = random.pick(rows)
  return action === 'update' || rows.length < 5 ? updateOne(model, asker, row) : deleteOne(model, asker, row)
}

async function createOne(model: Model, asker: Asker): Promise<number> {
  const reference = new Reference(setting.world, asker)
  const id = `01890000-0000-7000-8fff-${(created++).toString(16).padStart(12, '0')}`
  const whole = randomRow(model, id)
  const given = ['id', ...pickFields(model, reference, 'create', random.chance(0.9) ? ['s'] : [])]
  const body = bodyOf(model, Object.fromEntries(given.map((name) => [name, whole[name]!])))
  const row = complete(model, { ...emptyRow(model, id), ...body } as Row)
  const answer = await send(asker, 'POST', model, '', body)
  const names = given.filter((name) => name !== 'id')
  const wanted =
    refusal(reference, 'create', model, asker, names) ?? (await outcomeOfCreate(reference, model, row, names))
  expect(answer.status, explain(asker, model, { body }, answer)).toBe(wanted)
  if (wanted === 201) setting.world.rows[model.name]!.push(row)
  return wanted
}

function outcomeOfCreate(reference: Reference, model: Model, row: Row, names: readonly string[]): number {
  if (!names.includes('s')) return canWrite(reference, 'create', model, 's') ? 422 : 403
  return mayWrite(reference, 'create', model, row, names) ? 201 : 403
}

async function updateOne(model: Model, asker: Asker, row: Row): Promise<number> {
  const reference = new Reference(setting.world, asker)
  const names = pickFields(model, reference, 'update', [])
  const fresh = randomRow(model, row.id)
  const body = bodyOf(model, Object.fromEntries(names.map((name) => [name, fresh[name]!])))
  const changed = complete(model, { ...row, ...body } as Row)
  const wanted =
    refusal(reference, 'update', model, asker, names) ??
    (mayWrite(reference, 'update', model, row, names) ? outcomeOfUpdate(reference, model, row, changed, names) : 404)
  const answer = await send(asker, 'PATCH', model, `/${row.id}`, body)
  expect(answer.status, explain(asker, model, { row, body }, answer)).toBe(wanted)
  if (wanted === 200) replaceRow(model, changed)
  return wanted
}

/** The rule must hold for the record as it has become, in a world where it has become so. */
function outcomeOfUpdate(reference: Reference, model: Model, row: Row, changed: Row, names: readonly string[]): number {
  replaceRow(model, changed)
  const allowed = mayWrite(reference, 'update', model, changed, names)
  replaceRow(model, row)
  return allowed ? 200 : 403
}

async function deleteOne(model: Model, asker: Asker, row: Row): Promise<number> {
  const reference = new Reference(setting.world, asker)
  const wanted = refusal(reference, 'delete', model, asker, []) ?? (reference.may('delete', model, row) ? 204 : 404)
  const answer = await send(asker, 'DELETE', model, `/${row.id}`)
  expect(answer.status, explain(asker, model, { delete: row }, answer)).toBe(wanted)
  if (wanted === 204) removeRow(model, row)
  return wanted
}

// ── what the reference says ──────────────────────────────────────────────────────────────────────────────────────────

/** What is refused whatever the row is. Everything here can be read, so a closed field is told as such. */
function refusal(
  reference: Reference,
  action: Action,
  model: Model,
  asker: Asker,
  names: readonly string[],
): number | undefined {
  if (!reference.mayEver(action, model)) return asker.id ? 403 : 401
  return names.every((name) => canWrite(reference, action, model, name)) ? undefined : 403
}

const canWrite = (reference: Reference, action: Action, model: Model, name: string): boolean =>
  reference.mayEver(action, model) && reference.mayEver(action, model, name)

const mayWrite = (reference: Reference, action: Action, model: Model, row: Row, names: readonly string[]): boolean =>
  reference.may(action, model, row) && names.every((name) => reference.may(action, model, row, name))

// ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const writable = ({ fields }: Model): string[] =>
  Object.keys(fields).filter((name) => fields[name]!.kind !== 'computed')

/** Mostly fields the asker may write somewhere. */
function pickFields(model: Model, reference: Reference, action: Action, always: readonly string[]): string[] {
  const open = writable(model).filter((name) => canWrite(reference, action, model, name) || random.chance(0.05))
  const picked = random.some(open, 0.3)
  const names = picked.length > 0 || always.length > 0 ? picked : [random.pick(writable(model))]
  return [...new Set([...always, ...names])]
}

const randomRow = (model: Model, id: string): Row =>
  makeRow(
    model,
    id,
    Object.fromEntries(Object.entries(setting.world.rows).map(([name, rows]) => [name, rows.map((row) => row.id)])),
    random,
  )

const emptyRow = ({ fields }: Model, id: string): Row =>
  Object.fromEntries([
    ['id', id],
    ...Object.entries(fields).map(([name, { kind }]) => [name, kind === 'many' ? [] : null]),
  ])

/** Computed fields follow. */
const complete = ({ fields }: Model, row: Row): Row =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]): [string, Value] => {
      const from = fields[name]?.from
      return [name, from === undefined ? value : row[from] === null ? null : (row[from] as number) * 2]
    }),
  ) as Row

function replaceRow(model: Model, row: Row): void {
  const rows = setting.world.rows[model.name]!
  rows[rows.findIndex(({ id }) => id === row.id)] = row
}

/** Whatever pointed at the record points nowhere. */
function removeRow(model: Model, row: Row): void {
  const { rows, models } = setting.world
  rows[model.name] = rows[model.name]!.filter(({ id }) => id !== row.id)
  for (const { source, via } of Object.values(model.inverses))
    for (const other of rows[source]!) if (other[via] === row.id) replaceRow(models[source]!, { ...other, [via]: null })
}

// ── the server ───────────────────────────────────────────────────────────────────────────────────────────────────────

const send = (asker: Asker, method: string, model: Model, path: string, body?: unknown): Promise<TestResponse> =>
  setting.server.request(method, `/api/v1/collections/${model.name}/records${path}`, {
    ...(asker.token !== undefined && { token: asker.token }),
    ...(body !== undefined && { body }),
  })

const explain = (asker: Asker, model: Model, facts: object, { text }: TestResponse): string =>
  JSON.stringify({
    seed,
    asker: asker.label,
    model: model.name,
    ...facts,
    rules: setting.world.rules[model.name],
    text,
  })

async function compareTables(context: string): Promise<void> {
  const { world, server, admin } = setting
  for (const name of itemNames) {
    const query = { limit: '1000', sort: 'id', fields: ['id', ...Object.keys(world.models[name]!.fields)].join(',') }
    const path = `/api/v1/collections/${name}/records`
    const { json } = await server.request('GET', path, { token: admin.token, query })
    expect(json.data, context).toEqual([...world.rows[name]!].sort((left, right) => (left.id < right.id ? -1 : 1)))
  }
}
