import type { Action, Explanation, RuleDefinition } from '@holdfast/contract'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { TestResponse } from '../../support/index.js'
import { makeRules, Random } from './generate.js'
import { bodyOf, itemNames, makeRow, type Setting, serveRules, startSetting } from './setting.js'
import type { Model, Row } from './world.js'

/**
 * Random rules, records and callers: what `explain` says comes true. Every question is asked first, then the request itself
 * is sent. Seeds as in `rules.test.ts`.
 */
const seed = Number(process.env['RULES_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['RULES_ROUNDS'] ?? 4)
const questionsPerAsker = 8

vi.setConfig({ testTimeout: 60_000 * Math.ceil(rounds / 4) })

const random = new Random(seed)
let setting: Setting
let created = 0

beforeAll(async () => {
  console.log(`RULES_SEED=${seed}`)
  setting = await startSetting(random)
})
afterAll(() => setting?.server.stop())

type Asker = Setting['askers'][number]

it('explains every request as it is answered', async () => {
  const outcomes = new Map<string, number>()
  for (let round = 0; round < rounds; round++) {
    for (const model of Object.values(setting.world.models)) setting.world.rules[model.name] = rulesOf(model)
    await serveRules(setting)
    for (const name of itemNames)
      for (const asker of setting.askers)
        for (let count = 0; count < questionsPerAsker; count++) {
          const outcome = await compareOne(setting.world.models[name]!, asker)
          outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
        }
  }
  for (const action of ['read', 'create', 'update', 'delete'])
    for (const allowed of [true, false])
      expect(outcomes.get(`${action} ${allowed}`), `${action} ${allowed}: seed ${seed}`).toBeGreaterThan(0)
})

function rulesOf(model: Model): RuleDefinition[] {
  const actions = model.name.startsWith('items')
    ? (['read', 'create', 'update', 'delete'] as const)
    : (['read'] as const)
  return actions.flatMap((action) => makeRules(random, setting.world, model, action).map(withPreset))
}

/** Some rules set values. */
function withPreset(rule: RuleDefinition): RuleDefinition {
  const writes = rule.action === 'create' || rule.action === 'update'
  if (!writes || rule.deny || random.chance(0.75)) return rule
  const preset = random.pick<NonNullable<RuleDefinition['preset']>>([
    { a: '$user.team' },
    { n: 2 },
    { owner: '$user.id' },
    { a: null },
    { s: 'x' },
  ])
  return { ...rule, preset }
}

async function compareOne(model: Model, asker: Asker): Promise<string> {
  const rows = setting.world.rows[model.name]!
  const deletes = rows.length > 5 ? (['delete'] as const) : []
  const action = random.pick(['read', 'read', 'create', 'update', 'update', ...deletes] as const)
  const row = random.pick(rows)
  const { id, data, method, path } = question(model, action, row)
  const explanation = await explain(asker, model, { action, ...(id && { id }), ...(data && { data }) })
  const answer = await setting.server.request(method, `/api/v1/collections/${model.name}/records${path}`, {
    ...(asker.token !== undefined && { token: asker.token }),
    ...(data && { body: data }),
  })
  const context = (): string =>
    JSON.stringify({
      ...{ seed, asker: asker.label, model: model.name, action, id, data, explanation },
      ...{ answer: answer.text, rules: setting.world.rules },
    })
  // 400: a field that is closed is one that does not exist.
  expect([200, 201, 204, 400, 401, 403, 404, 409, 422], context()).toContain(answer.status)
  if (answer.status === 422) return expectMissing(explanation, context())
  expect(explanation.allowed, context()).toBe(answer.status < 300)
  if (action === 'delete' && answer.status === 204)
    setting.world.rows[model.name] = rows.filter((other) => other !== row)
  if (action === 'read' && answer.status === 200) expectFields(explanation, answer, context())
  if (explanation.allowed) expect(explanation.rule, context()).toMatchObject({ deny: false })
  return `${action} ${explanation.allowed}`
}

/** What is required is missing: where the rules would let it through, that is said. */
function expectMissing({ allowed, reason }: Explanation, context: string): string {
  if (allowed) expect(reason, context).toContain('is required')
  return 'invalid'
}

/** The fields that are said to be readable are those that show. */
function expectFields({ fields }: Explanation, { json }: TestResponse, context: string): void {
  const readable = Object.keys(fields).filter((name) => fields[name]!.readable)
  expect(readable.sort(), context).toEqual(Object.keys(json.data).sort())
}

interface Question {
  readonly method: string
  readonly path: string
  readonly id?: string
  readonly data?: Record<string, unknown>
}

function question(model: Model, action: Action, row: Row): Question {
  const path = `/${row.id}`
  if (action === 'read') return { method: 'GET', path, id: row.id }
  if (action === 'delete') return { method: 'DELETE', path, id: row.id }
  const id = action === 'update' ? row.id : `01890000-0000-7000-8ffe-${(created++).toString(16).padStart(12, '0')}`
  const fresh = bodyOf(model, makeRow(model, id, idsOf(), random))
  const some = random.some(
    Object.keys(fresh).filter((name) => name !== 'id'),
    random.pick([0.15, 0.4]),
  )
  const names =
    action === 'create' ? ['id', ...(random.chance(0.9) ? ['s'] : []), ...some] : some.length > 0 ? some : ['n']
  // Lists are written by statements of their own, so rules about them are asked at another time.
  if (random.chance(0.3) && !names.includes('members')) names.push('members')
  const data = Object.fromEntries(names.map((name) => [name, fresh[name]]))
  return action === 'update' ? { method: 'PATCH', path, id, data } : { method: 'POST', path: '', data }
}

const idsOf = (): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(setting.world.rows).map(([name, rows]) => [name, rows.map(({ id }) => id)]))

async function explain(asker: Asker, model: Model, body: object): Promise<Explanation> {
  const as = asker.id ? { user: asker.id } : { role: 'public' }
  const answer = await setting.server.request('POST', '/api/v1/permissions/explain', {
    token: setting.admin.token,
    body: { as, collection: model.name, ...body },
  })
  expect(answer.status, `${seed} ${JSON.stringify(body)} ${answer.text}`).toBe(200)
  return answer.json.data
}
