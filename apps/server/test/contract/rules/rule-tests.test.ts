import type { Action, Explanation, Json, RuleDefinition, RuleTestReport } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { makeRules, Random } from './generate.js'
import { definitionsOf, itemNames, type Setting, serveRules, startSetting } from './setting.js'
import { type Model, type Row, relatedRows, targetOf } from './world.js'

/**
 * Random rules and records: a test of a rule, which is decided in memory, comes out as `explain` says, which asks the
 * database; and where a test does not give enough, it says so and not something else. Seeds as in `rules.test.ts`.
 */
const seed = Number(process.env['RULES_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['RULES_ROUNDS'] ?? 3)
const recordsPerAsker = 4

vi.setConfig({ testTimeout: 60_000 * Math.ceil(rounds / 3) })

const random = new Random(seed)
let setting: Setting

beforeAll(async () => {
  console.log(`RULES_SEED=${seed}`)
  setting = await startSetting(random)
})
afterAll(() => setting?.server.stop())

type Asker = Setting['askers'][number]

/** How far related records are given: rules look three relations deep, and into those of the user. */
const depth = 5

it('decides tests of rules as the database decides', async () => {
  const outcomes = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    const { world } = setting
    for (const model of Object.values(world.models))
      world.rules[model.name] = model.name.startsWith('items')
        ? (['read', 'delete'] as const).flatMap((action) => makeRules(random, world, model, action))
        : makeRules(random, world, model, 'read')
    await serveRules(setting)
    for (const name of itemNames)
      for (const asker of setting.askers)
        for (const outcome of await compareSome(world.models[name]!, asker))
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  }
  for (const outcome of ['allowed', 'denied', 'undecided'])
    expect(outcomes.get(outcome), `${outcome}: seed ${seed}`).toBeGreaterThan(0)
})

async function compareSome(model: Model, asker: Asker): Promise<string[]> {
  const outcomes: string[] = []
  for (let count = 0; count < recordsPerAsker; count++) {
    const row = random.pick(setting.world.rows[model.name]!)
    const action = random.pick(['read', 'delete'] as const)
    const { allowed } = await explain(model, asker, action, row)
    const expected = allowed ? 'allowed' : 'denied'
    const whole = await tryTest(model, asker, action, nested(model, row, depth))
    const context = JSON.stringify({ seed, asker, row, action, rules: setting.world.rules[model.name], whole })
    expect(whole.got, context).toBe(expected)
    const bare = await tryTest(model, asker, action, nested(model, row, 0))
    expect([expected, 'undecided'], `${context} ${JSON.stringify(bare)}`).toContain(bare.got)
    outcomes.push(whole.got, bare.got)
  }
  return outcomes
}

/** The record with all that lies behind its relations. */
function nested(model: Model, row: Row, left: number): { [field: string]: Json } {
  const { world } = setting
  const record: { [field: string]: Json } = { ...row } as unknown as { [field: string]: Json }
  if (left === 0) return record
  const inverses = Object.keys(model.inverses)
  const relations = Object.keys(model.fields).filter((name) => model.fields[name]!.target)
  for (const name of [...relations, ...inverses]) {
    const target = targetOf(world, model, name)
    const others = relatedRows(world, model, row, name).map((other) => nested(target, other, left - 1))
    record[name] = model.fields[name]?.kind === 'one' ? (others[0] ?? null) : others
  }
  return record
}

async function tryTest(
  model: Model,
  asker: Asker,
  action: Action,
  record: { [field: string]: Json },
): Promise<RuleTestReport['tests'][number]> {
  const user = setting.world.rows['users']!.find(({ id }) => id === asker.id)
  const as = user ? { ...nested(setting.world.models['users']!, user, 2), roles: [...asker.roles] } : 'public'
  const [definition] = definitionsOf(setting.world).filter(({ name }) => name === model.name)
  const probe: RuleDefinition = { role: 'probe', action, tests: [{ as, action, record, expect: 'allowed' }] }
  const body = { collection: model.name, collections: [{ ...definition, rules: [...definition!.rules!, probe] }] }
  const answer = await setting.server.request('POST', '/api/v1/admin/rules/test', { token: setting.admin.token, body })
  expect(answer.status, `${seed} ${answer.text}`).toBe(200)
  return answer.json.data.tests[0]
}

async function explain(model: Model, asker: Asker, action: Action, { id }: Row): Promise<Explanation> {
  const as = asker.id ? { user: asker.id } : { role: 'public' }
  const body = { as, collection: model.name, action, id }
  const { json } = await setting.server.request('POST', '/api/v1/permissions/explain', {
    token: setting.admin.token,
    body,
  })
  return json.data
}
