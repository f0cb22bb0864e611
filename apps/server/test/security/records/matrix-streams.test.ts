import type { RealtimeEvent, RealtimeEventType, WebhookEvent, WebhookPayload } from '@holdfast/contract'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openSocket, openStream } from '../../support/realtime.js'
import { type Received, type Receiver, startReceiver } from '../outbound/receiver.js'
import {
  type Doc,
  docFields,
  docsPath,
  type Fixture,
  hiddenFields,
  idOf,
  makeDoc,
  type PersonaName,
  personaNames,
  startFixture,
  strangers,
} from './fixture.js'
import { CanaryOracle, forEachOf } from './oracles.js'
import { closedFields, visibleFields } from './policy.js'
import { type Question, subscribingWays, toQuery } from './subscribing-ways.js'

/**
 * The ways out that open by themselves: what a persona is told of documents as they change is what the rules, written by hand
 * in `policy.ts`, say of the documents before and after, over both transports, and nothing else.
 */
vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 })

const patience = { timeout: 90_000, interval: 20 }

/** What each kind of event may hold of the record. A new kind does not compile before it is here. */
const holds: Record<RealtimeEventType, 'what may be read' | 'the id' | 'nothing'> = {
  snapshot: 'what may be read',
  create: 'what may be read',
  update: 'what may be read',
  enter: 'what may be read',
  leave: 'the id',
  delete: 'the id',
  reset: 'nothing',
  ready: 'nothing',
}

/** What each kind of delivery holds beside its kind and time. */
const payloadHolds: Record<WebhookEvent, readonly (keyof WebhookPayload['data'])[]> = {
  create: ['record'],
  update: ['before', 'record'],
  delete: ['record'],
}

/** A refusal, or undefined for one that was let in. */
interface Connected {
  readonly refusal: unknown
  events(): RealtimeEvent[]
  text(): string
  close(): void
}
type Transport = (fixture: Fixture, who: PersonaName, question: Question) => Promise<Connected>

const tokenOf = (fixture: Fixture, who: PersonaName) => {
  const persona = fixture.personas[who]
  return persona && { token: persona.token }
}

const transports: Record<string, Transport> = {
  stream: async (fixture, who, question) => {
    const headers = { 'x-request-id': 'always-the-same' }
    const stream = await openStream(fixture.server, toQuery(question), { headers, ...tokenOf(fixture, who) })
    return {
      refusal: stream.status === 200 ? undefined : [stream.status, stream.json],
      events: () => stream.blocks.flatMap(({ event, data }) => (event === undefined && data ? [JSON.parse(data)] : [])),
      text: () => JSON.stringify(stream.blocks),
      close: () => stream.close(),
    }
  },
  socket: async (fixture, who, question) => {
    const socket = await openSocket(fixture.server, tokenOf(fixture, who))
    const reply = await socket.ask({ type: 'subscribe', id: 's', ...question })
    return {
      refusal: reply.type === 'ok' ? undefined : { ...reply, ref: '' },
      events: () => socket.messages.filter((message): message is RealtimeEvent => 'at' in message),
      text: () => JSON.stringify(socket.messages),
      close: () => socket.socket.terminate(),
    }
  },
}
const transportNames = Object.keys(transports)

let fixture: Fixture
let canaries: CanaryOracle
beforeAll(async () => {
  fixture = await startFixture({ OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' })
  canaries = new CanaryOracle(fixture)
})
afterAll(() => fixture?.stop())

const twinOf = (name: string): string => `${name.slice(0, -1)}Q`
const foreignValue = (name: string): unknown =>
  (fixture.docs['foreign'] as unknown as Record<string, unknown>)[name] ?? 'canary'

/** How it is refused; or what it begins with, where nothing behind a relation may be read whatever it is called. */
async function answerOf({ refusal, events, close }: Connected): Promise<string> {
  if (refusal === undefined) await expect.poll(() => events().some(({ type }) => type === 'ready'), patience).toBe(true)
  close()
  return JSON.stringify(refusal ?? events().map(({ type, record }) => [type, record]))
}

describe('a subscription that names a field which is closed', () => {
  it.each(strangers)('is refused to %s byte for byte like one that names none', async (who) => {
    const names = [...closedFields(who), 'entries']
    const pairs = names.flatMap((name) => {
      const twins = subscribingWays(twinOf(name), foreignValue(name))
      return subscribingWays(name, foreignValue(name)).map((question, at) => [name, question, twins[at]!] as const)
    })
    for (const connect of Object.values(transports))
      await forEachOf(pairs, async ([name, question, twin]) => {
        const [one, other] = await Promise.all([connect(fixture, who, question), connect(fixture, who, twin)])
        const [answer, twinAnswer] = await Promise.all([answerOf(one), answerOf(other)])
        expect(answer, JSON.stringify(question)).toBe(twinAnswer.replaceAll(twinOf(name), name))
      })
  })
})

/** Fields that somebody may read in some rows only. */
const masked = ['amount', 'double', 'salary', 'bonus', 'body', 'code', 'owner', 'members']

describe('a snapshot', () => {
  it.each(strangers)('tells %s no value that is closed, whatever it asks by', async (who) => {
    const names = masked.filter((name) => !closedFields(who).includes(name))
    const questions = names.flatMap((name) => subscribingWays(name, foreignValue(name)))
    const { stream } = transports
    await forEachOf(questions, async (question) => {
      const told = await stream!(fixture, who, { ...question, snapshot: true })
      if (told.refusal === undefined)
        await expect.poll(() => told.events().some(({ type }) => type === 'ready'), patience).toBe(true)
      told.close()
      const answer = { status: 200, headers: new Headers(), text: told.text(), json: undefined }
      canaries.check(who, answer, JSON.stringify(question))
    })
  })
})

// ── what happens ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Values = Record<string, unknown>
interface Moment {
  readonly doc: Doc
  /** As an admin reads it. */
  readonly record: Values
}
interface Step {
  readonly before?: Moment
  readonly after?: Moment
}

const systemFields = ['id', 'createdAt', 'updatedAt', 'createdBy', 'version']
const fenceId = idOf(0x7ff)

/** Changes documents as an admin, in every way that moves them in and out of somebody’s sight. */
class Script {
  readonly steps: Step[] = []
  private readonly docs = new Map<string, Doc>()

  constructor() {
    for (const doc of Object.values(fixture.docs)) this.docs.set(doc.id, doc)
  }

  async create(doc: Doc): Promise<void> {
    const { double, bonus, ...body } = doc
    await this.send('POST', docsPath, body)
    this.docs.set(doc.id, doc)
    this.steps.push({ after: await this.momentOf(doc.id) })
  }

  async update(id: string, change: Partial<Doc>): Promise<void> {
    const before = await this.momentOf(id)
    await this.send('PATCH', `${docsPath}/${id}`, change)
    this.docs.set(id, { ...this.docs.get(id)!, ...change })
    this.steps.push({ before, after: await this.momentOf(id) })
  }

  async delete(id: string): Promise<void> {
    const before = await this.momentOf(id)
    await this.send('DELETE', `${docsPath}/${id}`)
    this.steps.push({ before })
  }

  private async momentOf(id: string): Promise<Moment> {
    const { json } = await fixture.ask('ADMIN', 'GET', `${docsPath}/${id}`)
    return { doc: this.docs.get(id)!, record: json.data }
  }

  private async send(method: string, path: string, body?: object): Promise<void> {
    const answer = await fixture.ask('ADMIN', method, path, { body })
    if (answer.status >= 300) throw new Error(answer.text)
  }
}

/** What of a record a persona may see; undefined for one it may see nothing of. */
function seenBy(who: PersonaName, moment: Moment | undefined): Values | undefined {
  const open = moment && visibleFields(fixture, who, moment.doc)
  if (!moment || !open || open.size === 0) return undefined
  return Object.fromEntries(Object.entries(moment.record).filter(([name]) => open.has(name)))
}

/** What a persona is to be told of a step. */
function eventOf(who: PersonaName, step: Step): [RealtimeEventType, Values][] {
  const [before, after] = [seenBy(who, step.before), seenBy(who, step.after)]
  const { id } = (step.after ?? step.before)!.doc
  if (!before && !after) return []
  if (!before) return [[step.before ? 'enter' : 'create', after!]]
  if (!after) return [[step.after ? 'leave' : 'delete', { id }]]
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [['update', after]]
}

async function play(script: Script): Promise<void> {
  const { own, ownPublished, colleague, foreign, foreignPublished, shared, orphan } = fixture.docs as Record<
    string,
    Doc
  >
  const { alice, bob, dora } = fixture.people
  const { a, b } = fixture.orgs
  await script.create(makeDoc(20, { status: 'draft', owner: bob.id, org: b }))
  await script.create(makeDoc(21, { status: 'published', owner: bob.id, org: b }))
  await script.create(makeDoc(22, { status: 'internal', owner: dora.id, org: a }))
  for (const { id } of [own!, ownPublished!, colleague!, foreign!, foreignPublished!, shared!, orphan!]) {
    await script.update(id, { salary: 720_900_001 })
    await script.update(id, { secret: 'canary-secret-new-' })
    await script.update(id, { title: 'canary-title-new-', body: 'canary-body-new-' })
  }
  await script.update(own!.id, { status: 'published' })
  await script.update(own!.id, { status: 'internal', title: 'canary-title-inside-' })
  await script.update(own!.id, { status: 'draft' })
  await script.update(foreign!.id, { owner: alice.id, body: 'canary-body-given-' })
  await script.update(foreign!.id, { owner: null })
  await script.update(shared!.id, { members: [] })
  await script.update(shared!.id, { members: [alice.id], labels: ['canary-labels-new-'] })
  await script.update(colleague!.id, { org: b })
  await script.update(orphan!.id, { status: 'published', owner: bob.id })
  for (const { id } of [own!, ownPublished!, colleague!, shared!]) await script.delete(id)
  for (const number of [20, 21, 22]) await script.delete(idOf(number))
}

/** Values that nobody but an admin is ever told. */
const forbidden = /canary-(?:secret|notes|entry|audit|phone|vault)|\.74403916/

describe('changes', () => {
  it('are told to each persona as the rules say of them, over each transport, and delivered by webhooks as admins asked', async () => {
    const listeners = await Promise.all(
      personaNames.flatMap((who) =>
        transportNames.map(async (transport) => ({
          who,
          transport,
          told: await transports[transport]!(fixture, who, { collection: 'docs', snapshot: true }),
        })),
      ),
    )
    for (const { told } of listeners)
      await expect.poll(() => told.events().some(({ type }) => type === 'ready'), patience).toBe(true)
    for (const { who, transport, told } of listeners) {
      const snapshot = told.events().flatMap(({ type, record }) => (type === 'snapshot' ? [record as Values] : []))
      const docs = Object.values(fixture.docs).filter((doc) => visibleFields(fixture, who, doc).size > 0)
      expect([who, transport, snapshot.map(({ id }) => id).sort()]).toEqual([
        who,
        transport,
        docs.map(({ id }) => id).sort(),
      ])
      for (const record of snapshot) {
        const doc = docs.find(({ id }) => id === record['id'])!
        expect(Object.keys(record).sort()).toEqual([...visibleFields(fixture, who, doc)].sort())
      }
    }
    const [plain, named] = [await startReceiver(), await startReceiver()]
    await hook(plain, {})
    await hook(named, { fields: ['title', 'salary'] })

    const script = new Script()
    await play(script)
    await script.create({ ...makeDoc(23, { status: 'published', owner: null, org: null }), id: fenceId })

    for (const { who, transport, told } of listeners) {
      const hasFence = () => told.events().some(({ record }) => record?.['id'] === fenceId)
      await expect.poll(hasFence, patience).toBe(true)
      const live = told.events().filter(({ type }) => type !== 'snapshot' && type !== 'ready')
      const expected = script.steps.flatMap((step) => eventOf(who, step))
      expect([who, transport, live.map(({ type, record }) => [type, record])]).toEqual([who, transport, expected])
      for (const event of told.events()) expectShape(event)
      if (who !== 'ADMIN') expect(told.text()).not.toMatch(forbidden)
      told.close()
    }
    const kinds = new Set(listeners.flatMap(({ told }) => told.events().map(({ type }) => type)))
    expect([...kinds].sort()).toEqual(
      Object.keys(holds)
        .filter((kind) => kind !== 'reset')
        .sort(),
    )
    await expectDeliveries(
      plain,
      script,
      [...systemFields, ...docFields].filter((name) => !hiddenFields.includes(name)),
    )
    await expectDeliveries(named, script, ['id', 'title', 'salary'])
    for (const { received } of [plain, named])
      expect(received.map(({ body, headers }) => body + JSON.stringify(headers)).join()).not.toMatch(forbidden)
    for (const receiver of [plain, named]) receiver.close()
  })
})

function expectShape({ type, record }: RealtimeEvent): void {
  if (holds[type] === 'nothing') expect(record).toBeUndefined()
  if (holds[type] === 'the id') expect(Object.keys(record!)).toEqual(['id'])
}

async function hook({ port }: Receiver, more: object): Promise<void> {
  const url = `http://127.0.0.1:${port}/`
  const body = { url, collection: 'docs', events: Object.keys(payloadHolds), ordered: true, ...more }
  const { status, text } = await fixture.ask('ADMIN', 'POST', '/api/v1/admin/webhooks', { body })
  expect(status, text).toBe(201)
}

const past = { 'docs.created': 'create', 'docs.updated': 'update', 'docs.deleted': 'delete' } as const

async function expectDeliveries({ received }: Receiver, { steps }: Script, fields: readonly string[]): Promise<void> {
  await expect.poll(() => received.length, patience).toBeGreaterThanOrEqual(steps.length)
  const pick = (moment: Moment | undefined) =>
    moment && Object.fromEntries(fields.map((name) => [name, moment.record[name] ?? null]))
  const bodies = ({ body }: Received): WebhookPayload => JSON.parse(body)
  const told = received.map(bodies).map(({ type, data }) => {
    const event = past[type as keyof typeof past]
    expect(Object.keys(data).sort()).toEqual(payloadHolds[event])
    return [event, data.record, data.before]
  })
  const wanted = steps.map(({ before, after }) => [
    before && after ? 'update' : after ? 'create' : 'delete',
    pick(after ?? before),
    before && after ? pick(before) : undefined,
  ])
  // Each record has its order, and they are delivered beside each other.
  const sorted = (items: unknown[]) => items.map((item) => JSON.stringify(item, sortKeys)).sort()
  expect(sorted(told)).toEqual(sorted(wanted))
}

const sortKeys = (_: string, value: unknown): unknown =>
  value && typeof value === 'object' && !Array.isArray(value) ? Object.fromEntries(Object.entries(value).sort()) : value
