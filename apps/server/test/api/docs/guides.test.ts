import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Receiver, startReceiver } from '../../security/outbound/receiver.js'
import type { TestServer } from '../../support/index.js'
import { define, type Persona, signUp, startServerWith } from '../../support/personas.js'
import { findDifference, type GuideExample, readGuide } from './read-guide.js'

/** Guides whose examples run, in their order, against a fresh server with the users ada, ben and admin. */
const guides = [
  'querying.md',
  'writing.md',
  'permissions.md',
  'history.md',
  'observe.md',
  'webhooks.md',
  'auth/mfa.md',
  'auth/passkeys.md',
  'auth/teams.md',
  'auth/oauth.md',
  'auth/linking.md',
  ...['auth/anonymous.md', 'auth/phone.md', 'auth/hooks.md', 'auth/privacy.md'],
  'auth/passwords.md',
  'auth/email.md',
  'auth/mail-templates.md',
  'auth/api-keys.md',
  'auth/users.md',
]

/** The other server that guides speak of; in the tests it stands on the loopback. */
const shop = 'https://shop.example.com'
const outbound = { OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' }
let receiver: Receiver

const servers: TestServer[] = []
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(async () => {
  receiver.close()
  await Promise.all(servers.map((server) => server.stop()))
})

describe.each(guides)('%s', (name) => {
  it('has examples that answer as shown', async () => {
    const { collections, examples } = readGuide(name)
    expect(examples.length).toBeGreaterThan(name.startsWith('auth/') ? 2 : 10)
    const { server, admin } = await startServerWith([], outbound)
    servers.push(server)
    await define(server, admin, collections)
    const personas: Record<string, Persona> = { admin }
    for (const who of ['ada', 'ben']) personas[who] = await signUp(server, `${who}@example.com`)
    const kept: Record<string, string> = Object.fromEntries(Object.entries(personas).map(([who, { id }]) => [who, id]))
    for (const example of examples) await run(example, server, personas, kept, name)
  })
})

async function run(
  example: GuideExample,
  server: TestServer,
  personas: Readonly<Record<string, Persona>>,
  kept: Record<string, string>,
  name: string,
): Promise<void> {
  const fill = (text: string): string =>
    text
      .replaceAll(/\{(\w+)\}/g, (whole, key: string) => kept[key] ?? whole)
      .replaceAll(shop, `http://127.0.0.1:${receiver.port}`)
  const where = `${name}:${example.line} ${example.method} ${example.path}`
  const { status, text, json } = await server.request(example.method, encodeURI(`/api/v1${fill(example.path)}`), {
    token: example.as === undefined ? undefined : personas[example.as]!.token,
    headers: {
      ...(example.body && { 'content-type': 'application/json' }),
      ...Object.fromEntries(Object.entries(example.headers).map(([header, value]) => [header, fill(value)])),
    },
    body: example.body && fill(example.body),
  })
  const expected = example.answer as { status?: number } | undefined
  expect(expected?.status ?? (status < 300 ? status : 200), `${where}\n${text}`).toBe(status)
  if (expected !== undefined) expect(findDifference(expected, json), `${where}\n${text}`).toBeUndefined()
  for (const [key, path] of Object.entries(example.keep))
    kept[key] = String(path.split('.').reduce((value, part) => value?.[part], json))
}
