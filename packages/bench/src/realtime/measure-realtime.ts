import { Agent, request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { callForData } from '../http.js'
import { openDatabase } from '../postgres.js'
import { admin, caller, type Side, startServer } from '../sides.js'
import { loginUrl } from '../urls.js'
import { Listeners } from './listeners.js'

/** Bars: what one idle connection may take, and how late the slowest hundredth of all events may be. */
const idleBarKb = 30
const latencyBarMs = 200

const idleConnections = 10_000
const subscribers = 1000
const groups = 10
const writesPerSecond = 100
const warmUpSeconds = 3

const recordsUrl = '/api/v1/collections/ticks/records'
const fieldNames = Array.from({ length: groups }, (_, at) => `field${at}`)
const kinds = ['socket', 'stream'] as const
type Kind = (typeof kinds)[number]

/** Measures what idle connections take and how fast one write reaches many, over both transports. Prints what it found. */
export async function measureRealtime(seconds: number, cleanups: (() => Promise<void> | void)[]): Promise<void> {
  const database = await openDatabase()
  cleanups.push(database.close)
  await withServer(database.url, cleanups, prepareTicks)
  for (const kind of kinds) {
    await withServer(database.url, cleanups, (server, listeners) => measureFanOut(kind, server, listeners, seconds))
    await withServer(database.url, cleanups, (server, listeners) => measureIdle(kind, server, listeners))
  }
}

/** Each measurement has a server of its own: what one leaves in memory does not count for the next. */
async function withServer(
  databaseUrl: string,
  cleanups: (() => Promise<void> | void)[],
  work: (server: Side, listeners: Listeners) => Promise<void>,
): Promise<void> {
  const server = await startServer(databaseUrl)
  const listeners = new Listeners()
  const stops = [server.stop, () => listeners.stop()]
  cleanups.push(...stops)
  await work(server, listeners)
  await listeners.stop()
  await server.stop()
}

async function prepareTicks({ url }: Side): Promise<void> {
  const { accessToken: token } = await callForData(url, { method: 'POST', path: loginUrl, body: admin })
  const body = {
    name: 'ticks',
    fields: ['sentAt', ...fieldNames].map((name) => ({ name, type: 'text' })),
    rules: [{ role: 'user', action: ['read', 'create'] }],
  }
  await callForData(url, { method: 'POST', path: '/api/v1/admin/collections', token, body })
  await callForData(url, { method: 'POST', path: '/api/v1/auth/signup', body: caller })
}

async function measureIdle(kind: Kind, server: Side, listeners: Listeners): Promise<void> {
  const opening = { kind, port: Number(new URL(server.url).port), token: await server.signIn() }
  const subscriptions = [{ collection: 'ticks' }]
  // The first connections make what all of them share.
  await listeners.open({ ...opening, count: 200, subscriptions })
  await sleep(3000)
  const before = (await server.memory())?.nowMb ?? 0
  await listeners.open({ ...opening, count: idleConnections, subscriptions })
  await sleep(10_000)
  const after = (await server.memory())?.nowMb ?? 0
  const { broken } = await listeners.report()
  const kilobytes = ((after - before) * 1024) / idleConnections
  const verdict = kilobytes <= idleBarKb && broken === 0 ? 'ok' : 'below'
  console.log(
    `${kind}: ${idleConnections} idle connections take ${kilobytes.toFixed(1)} KB each (bar ${idleBarKb}: ${verdict}); ${broken} broke`,
  )
}

async function measureFanOut(kind: Kind, server: Side, listeners: Listeners, seconds: number): Promise<void> {
  const token = await server.signIn()
  const subscriptions = fieldNames.map((name) => ({ collection: 'ticks', fields: `sentAt,${name}` }))
  const port = Number(new URL(server.url).port)
  await listeners.open({ kind, port, token, count: subscribers, subscriptions })
  await write(server.url, token, warmUpSeconds)
  await listeners.report()
  const cpuBefore = await server.cpuMs()
  const failures = await write(server.url, token, seconds)
  const cpuMs = ((await server.cpuMs()) ?? 0) - (cpuBefore ?? 0)
  const heard = await listeners.report()
  const expected = writesPerSecond * seconds * subscribers
  const complete = heard.events === expected && failures === 0 && heard.broken === 0
  const verdict = complete && heard.p99Ms <= latencyBarMs ? 'ok' : 'below'
  console.log(
    `${kind}: ${writesPerSecond} writes/s to ${subscribers} subscribers in ${groups} groups: p50 ${ms(heard.p50Ms)}, p99 ${ms(heard.p99Ms)}, ` +
      `max ${ms(heard.maxMs)} (bar ${latencyBarMs}: ${verdict}); ${heard.events} of ${expected} events, processor ${Math.round(cpuMs / seconds / 10)} %`,
  )
}

const ms = (value: number): string => `${Math.round(value)} ms`

/** Writes at an even pace, whether or not answers keep up, and waits for what is under way. Gives how many failed. */
async function write(url: string, token: string, seconds: number): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const startedAtMs = performance.now()
  const answers: Promise<boolean>[] = []
  for (let count = 0; count < seconds * writesPerSecond; count++) {
    const dueMs = startedAtMs + (count * 1000) / writesPerSecond
    await sleep(Math.max(0, dueMs - performance.now()))
    answers.push(create(url, token, agent))
  }
  const succeeded = await Promise.all(answers)
  await sleep(2000)
  agent.destroy()
  return succeeded.filter((one) => !one).length
}

function create(url: string, token: string, agent: Agent): Promise<boolean> {
  const values = Object.fromEntries(fieldNames.map((name) => [name, 'a value of some length']))
  const body = JSON.stringify({ sentAt: String(Date.now()), ...values })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', prefer: 'return=minimal' }
  return new Promise((resolve) => {
    request(url + recordsUrl, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode === 201))
    })
      .on('error', () => resolve(false))
      .end(body)
  })
}
