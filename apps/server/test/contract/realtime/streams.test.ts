import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import type { AppError } from '../../../src/lib/index.js'
import type { Persona } from '../../support/personas.js'
import { receiverOf, type TestReceiver } from '../../support/test-receiver.js'
import { Conditions, makeRules, Random } from '../rules/generate.js'
import { Reference } from '../rules/reference.js'
import { bodyOf, itemNames, makeRow, type Setting, serveRules, startSetting } from '../rules/setting.js'
import { isRelation, type Model, targetOf } from '../rules/world.js'

/**
 * Random rules, questions and changes: what a subscriber was told, put together, is what a list answers the same caller.
 * `STREAMS_SEED=…` repeats a run, `STREAMS_ROUNDS=…` makes it longer.
 */
const seed = Number(process.env['STREAMS_SEED'] ?? Date.now() % 1_000_000_000)
const rounds = Number(process.env['STREAMS_ROUNDS'] ?? 4)
const changesPerRound = 40

vi.setConfig({ testTimeout: 90_000 * Math.ceil(rounds / 4) })

const random = new Random(seed)
let setting: Setting
let ids: Record<string, readonly string[]>

beforeAll(async () => {
  console.log(`STREAMS_SEED=${seed}`)
  setting = await startSetting(random)
  ids = Object.fromEntries(Object.entries(setting.world.rows).map(([name, rows]) => [name, rows.map(({ id }) => id)]))
})
afterAll(() => setting?.server.stop())

type Asker = Setting['askers'][number]
type Shown = { readonly id: string } & Record<string, unknown>

interface Watched {
  readonly model: Model
  readonly asker: Asker
  readonly request: Record<string, unknown>
  readonly receiver: TestReceiver
}

it('adds up to what a list answers', async () => {
  let [watched, told] = [0, 0]
  for (let round = 0; round < rounds; round++) {
    const { world } = setting
    for (const model of Object.values(world.models)) {
      const conditions = new Conditions(random, world, true, (of) => namesOf(of))
      world.rules[model.name] = makeRules(random, world, model, 'read', conditions)
    }
    await serveRules(setting)
    const open: Watched[] = []
    for (const name of itemNames)
      for (const asker of setting.askers) open.push(...(await watch(world.models[name]!, asker)))
    for (let count = 0; count < changesPerRound; count++) await changeSomething(world.models[random.pick(itemNames)]!)
    for (const one of open) await compare(one)
    watched += open.length
    told += open.reduce((sum, { receiver }) => sum + receiver.events.length, 0)
    for (const { receiver } of open) receiver.close()
  }
  expect(watched).toBeGreaterThan(rounds)
  expect(told).toBeGreaterThan(watched)
})

/**
 * What conditions may speak of. Of related records they see what is there when they are asked, so one that comes back to the
 * record itself would see it as it is by then.
 */
const namesOf = ({ fields, inverses }: Model): string[] =>
  [...Object.keys(fields), ...Object.keys(inverses)].filter((name) => name !== 'item')

/** A question that means something to the asker; none where they may read nothing. */
async function watch(model: Model, asker: Asker): Promise<Watched[]> {
  const reference = new Reference(setting.world, asker)
  const known = (of: Model): string[] =>
    namesOf(of).filter(
      (name) =>
        reference.canName(of, name) &&
        (!isRelation(of, name) || reference.mayEver('read', targetOf(setting.world, of, name))),
    )
  const names = known(model).filter((name) => name in model.fields)
  const request = {
    collection: model.name,
    snapshot: true,
    ...(random.chance(0.8) && { filter: new Conditions(random, setting.world, false, known).make(model) }),
    ...(random.chance(0.5) && { fields: ['id', ...random.some(names)] }),
  }
  const receiver = await receiverOf(setting.server, asker.token ? (asker as unknown as Persona) : undefined)
  try {
    await receiver.follow(request)
    return [{ model, asker, request, receiver }]
  } catch (error) {
    const answer = await list(asker, request)
    expect(answer.json?.code, JSON.stringify({ seed, request })).toBe((error as AppError).code)
    receiver.close()
    return []
  }
}

function list({ token }: Asker, { collection, filter, fields }: Record<string, unknown>) {
  const body = { filter, fields, limit: 1000, sort: 'id' }
  const path = `/api/v1/collections/${collection}/query`
  return setting.server.request('POST', path, { ...(token !== undefined && { token }), body })
}

/** Another row, or some of its fields; some are created and deleted. What is refused changes nothing. */
async function changeSomething(model: Model): Promise<void> {
  const path = `/api/v1/collections/${model.name}/records`
  const send = (method: string, rest: string, body?: unknown) =>
    setting.server.request(method, path + rest, { token: setting.admin.token, body })
  const id = random.pick(ids[model.name]!)
  const body = bodyOf(model, makeRow(model, id, ids, random))
  if (random.chance(0.1) && !hasParts(model, id)) await send('DELETE', `/${id}`)
  else if (random.chance(0.15)) await send('POST', '', body)
  else {
    const { id: _, ...changes } = body
    const names = Object.keys(changes)
    const some = random.chance(0.5) ? names : random.some(names, 0.3)
    await send('PATCH', `/${id}`, Object.fromEntries(some.map((name) => [name, changes[name]])))
  }
}

/** Rules look at related records as they are when they are asked: those of other collections stay as they are here. */
const hasParts = (model: Model, id: string): boolean =>
  setting.world.rows[model.inverses['parts']!.source]!.some(({ item }) => item === id)

async function compare({ asker, request, receiver }: Watched): Promise<void> {
  const answer = await list(asker, request)
  expect(answer.status, answer.text).toBe(200)
  const wanted = answer.json.data as Shown[]
  const context = () => {
    const rules = setting.world.rules[request['collection'] as string]
    return JSON.stringify({ seed, asker: asker.label, request, rules, told: receiver.events }, null, 1)
  }
  const state = () => {
    try {
      return stateOf(receiver)
    } catch (error) {
      throw new Error(context(), { cause: error })
    }
  }
  const reached = () => isDeepStrictEqual(state(), wanted)
  for (let waitedMs = 0; !reached() && waitedMs < 4000; waitedMs += 20)
    await new Promise((resolve) => setTimeout(resolve, 20))
  expect(state(), reached() ? '' : context()).toEqual(wanted)
}

/** What a client holds that believes what it is told, and is told nothing that makes no sense. */
function stateOf({ events }: TestReceiver): Shown[] {
  const held = new Map<string, Shown>()
  for (const { type, record } of events) {
    if (type === 'ready') continue
    const fits = held.has(record.id) === ['update', 'leave', 'delete'].includes(type)
    if (!fits) throw new Error(`${type} of ${record.id} makes no sense`)
    if (type === 'leave' || type === 'delete') {
      expect(record).toEqual({ id: record.id })
      held.delete(record.id)
    } else held.set(record.id, record)
  }
  return [...held.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
}
