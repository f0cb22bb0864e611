import { Permissions } from '@holdfast/sdk'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { makeRules, Random } from './generate.js'
import { itemNames, type Setting, serveRules, startSetting } from './setting.js'
import type { Model, Row } from './world.js'

/** Random rules: what callers are told they may do is what they may do, record by record. Seeds as in `rules.test.ts`. */
const seed = Number(process.env['RULES_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['RULES_ROUNDS'] ?? 4)

vi.setConfig({ testTimeout: 60_000 * Math.ceil(rounds / 4) })

const random = new Random(seed)
let setting: Setting

beforeAll(async () => {
  console.log(`RULES_SEED=${seed}`)
  setting = await startSetting(random)
})
afterAll(() => setting?.server.stop())

type Asker = Setting['askers'][number]

it('tells every caller what they may read', async () => {
  const told = new Map<unknown, number>()
  const { world, server } = setting
  for (let round = 0; round < rounds; round++) {
    for (const model of Object.values(world.models)) world.rules[model.name] = makeRules(random, world, model, 'read')
    await serveRules(setting)
    for (const asker of setting.askers) {
      const { json } = await server.request('GET', '/api/v1/me/permissions', tokenOf(asker))
      const permissions = new Permissions(json.data)
      for (const name of itemNames)
        for (const answer of await compareModel(world.models[name]!, asker, permissions))
          told.set(answer, (told.get(answer) ?? 0) + 1)
    }
  }
  expect(told.get(true), `seed ${seed}`).toBeGreaterThan(0)
  expect(told.get(false), `seed ${seed}`).toBeGreaterThan(0)
})

async function compareModel(
  model: Model,
  asker: Asker,
  permissions: Permissions,
): Promise<readonly (boolean | undefined)[]> {
  const path = `/api/v1/collections/${model.name}/records`
  const { status, json } = await setting.server.request('GET', path, { ...tokenOf(asker), query: { limit: '1000' } })
  const records = (status === 200 ? json.data : []) as Record<string, unknown>[]
  const shown = new Map(records.map((record) => [record['id'], record]))
  const own = permissions.collections[model.name]?.read
  const facts = { seed, asker: asker.label, model: model.name, own, rules: setting.world.rules[model.name] }
  const context = JSON.stringify(facts)
  if (status !== 200) expect(own?.allowed ?? 'none', context).not.toBe('all')
  for (const record of records) expectFields(own?.fields ?? {}, record, context)
  return setting.world.rows[model.name]!.map((row: Row) => {
    const may = permissions.can('read', model.name, row)
    if (may !== undefined) expect([row, may], context).toEqual([row, shown.has(row.id)])
    return may
  })
}

/** Fields that are open in all records are in this one; fields that are open in none are not. */
function expectFields(fields: { readonly [name: string]: string }, record: object, context: string): void {
  for (const [name, open] of Object.entries(fields)) if (open === 'all') expect(record, context).toHaveProperty(name)
  for (const name of Object.keys(record)) expect(Object.keys(fields), context).toContain(name)
}

const tokenOf = ({ token }: Asker): { token?: string } => (token === undefined ? {} : { token })
