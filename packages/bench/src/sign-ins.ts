import { setTimeout as sleep } from 'node:timers/promises'
import { call, callForData } from './http.js'
import { Latencies } from './latencies.js'
import { Loader } from './load.js'
import type { LoadRequest } from './loader.js'
import { openDatabase } from './postgres.js'
import { admin, type Side, startServer } from './sides.js'
import { loginUrl } from './urls.js'

/** How much later the slowest hundredth of everybody else's answers may come while many sign in. */
const bar = 2.5

const people = 50
const password = 'a password for the bench'
const notes = 200
const pauseMs = 5
const warmUpSeconds = 2
const notesUrl = '/api/v1/collections/notes/records'

/** Measures how long others wait for a page while fifty people sign in at once, all the time. Prints what it found. */
export async function measureSignIns(seconds: number, cleanups: (() => Promise<void> | void)[]): Promise<void> {
  const database = await openDatabase()
  cleanups.push(database.close)
  const server = await startServer(database.url)
  cleanups.push(server.stop)
  const token = await prepareNotes(server)
  const requests = await signUpPeople(server)
  const loader = new Loader()
  cleanups.push(() => loader.stop())

  await readPages(server, token, warmUpSeconds)
  const quiet = await readPages(server, token, seconds)
  const load = { url: server.url, headers: { 'content-type': 'application/json' }, requests, connections: people }
  const signingIn = loader.run({ ...load, seconds: seconds + warmUpSeconds })
  await sleep(warmUpSeconds * 1000)
  const crowded = await readPages(server, token, seconds)
  const { rate, p50Ms, p99Ms, failures } = await signingIn

  const ratio = crowded.percentile(99) / quiet.percentile(99)
  const verdict = ratio <= bar && failures === 0 ? 'ok' : 'below'
  console.log(`a page of 20 while nobody signs in: ${describe(quiet)}`)
  console.log(`while ${people} people do: ${describe(crowded)}; p99 × ${ratio.toFixed(1)} (bar ${bar}: ${verdict})`)
  console.log(
    `sign-ins: ${Math.round(rate)}/s, p50 ${Math.round(p50Ms)} ms, p99 ${Math.round(p99Ms)} ms, ${failures} failed`,
  )
}

async function prepareNotes({ url }: Side): Promise<string> {
  const { accessToken: token } = await callForData(url, { method: 'POST', path: loginUrl, body: admin })
  const definition = { name: 'notes', fields: [{ name: 'text', type: 'text' }] }
  await callForData(url, { method: 'POST', path: '/api/v1/admin/collections', token, body: definition })
  const body = Array.from({ length: notes }, (_, at) => ({ text: `Note ${at}` }))
  await callForData(url, { method: 'POST', path: notesUrl, token, body })
  return token
}

/** The sign-ins of as many people. */
async function signUpPeople({ url }: Side): Promise<LoadRequest[]> {
  const requests: LoadRequest[] = []
  for (let at = 0; at < people; at += 1) {
    const body = { email: `person${at}@example.com`, password }
    await callForData(url, { method: 'POST', path: '/api/v1/auth/signup', body })
    requests.push({ method: 'POST', path: loginUrl, body: JSON.stringify(body) })
  }
  return requests
}

/** One caller who reads a page, pauses, and reads it again. @throws when an answer was not 200 */
async function readPages({ url }: Side, token: string, seconds: number): Promise<Latencies> {
  const latencies = new Latencies()
  const endMs = performance.now() + seconds * 1000
  for (let startMs = performance.now(); startMs < endMs; startMs = performance.now()) {
    const { status } = await call(url, { path: `${notesUrl}?limit=20`, token })
    if (status !== 200) throw new Error(`a page was answered ${status}`)
    latencies.add(performance.now() - startMs)
    await sleep(pauseMs)
  }
  return latencies
}

const describe = (latencies: Latencies): string =>
  `p50 ${latencies.percentile(50).toFixed(1)} ms, p99 ${latencies.percentile(99).toFixed(1)} ms (${latencies.count} reads)`
