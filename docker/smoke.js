/**
 * Starts the server of a bundle, defines a collection, writes and reads a record, restarts it, reads it again, stops it
 * and looks for what it left running. `node smoke.js BUNDLE DATA_DIR`
 */
import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'

const [bundle, dataDir] = process.argv.slice(2)
const admin = { email: 'smoke@example.com', password: 'a password for the smoke test' }
const collection = { name: `smoke${Date.now()}`, fields: [{ name: 'title', type: 'text', required: true }] }

const port = await findFreePort()
const url = `http://127.0.0.1:${port}`

let server = await start()
const token = await signIn()
await ask('POST', '/api/v1/admin/collections', { token, body: collection, expect: 201 })
const records = `/api/v1/collections/${collection.name}/records`
const { data: created } = await ask('POST', records, { token, body: { title: 'Hello' }, expect: 201 })
assert.equal(created.title, 'Hello')
await ask('GET', `${records}/${created.id}`, { expect: 401 })
await stop(server)

server = await start()
const { data: read } = await ask('GET', `${records}/${created.id}`, { token: await signIn(), expect: 200 })
assert.deepEqual(read, created)
await ask('DELETE', `/api/v1/admin/collections/${collection.name}?acceptDataLoss=true`, { token: await signIn() })
await stop(server)
console.log('smoke: started twice, wrote, read back, left nothing running')

async function start() {
  const startedMs = performance.now()
  const { PATH, DATABASE_URL } = process.env
  const child = spawn(process.execPath, ['dist/main.js'], {
    cwd: bundle,
    env: {
      ...{ PATH, NODE_ENV: 'production', PORT: String(port), DATA_DIR: dataDir },
      ...{ ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password },
      ...(DATABASE_URL ? { DATABASE_URL } : {}),
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  process.once('exit', () => child.kill('SIGKILL'))
  while (!(await isReady())) {
    assert.equal(child.exitCode, null, 'the server ended while it started')
    assert.ok(performance.now() - startedMs < 30_000, 'the server is not ready after 30 s')
    await sleep(50)
  }
  console.log(`smoke: ready after ${Math.round(performance.now() - startedMs)} ms`)
  return child
}

async function isReady() {
  const answer = await fetch(`${url}/health/ready`).catch(() => undefined)
  return answer?.status === 200
}

async function signIn() {
  const { data } = await ask('POST', '/api/v1/auth/login', { body: admin, expect: 200 })
  return data.accessToken
}

async function ask(method, path, { token, body, expect }) {
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...(body ? { 'content-type': 'application/json' } : {}),
    },
    body: body && JSON.stringify(body),
  })
  const text = await response.text()
  if (expect ? response.status !== expect : !response.ok)
    assert.fail(`${method} ${path} answered ${response.status}: ${text}`)
  return text === '' ? undefined : JSON.parse(text)
}

async function stop(child) {
  child.kill('SIGTERM')
  const [code] = await once(child, 'exit', { signal: AbortSignal.timeout(20_000) })
  assert.equal(code, 0, `the server ended with ${code}`)
  await assert.rejects(fetch(`${url}/health/live`), 'the port still answers')
  const { stdout } = spawnSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' })
  const left = stdout.split('\n').filter((line) => line.includes(`${dataDir}/`) && !line.includes('smoke.js'))
  assert.deepEqual(left, [], 'processes are left')
}

async function findFreePort() {
  const listener = createServer().listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const { port } = listener.address()
  listener.close()
  return port
}
