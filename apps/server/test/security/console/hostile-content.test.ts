import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type ConsoleTest, picture, startConsole, violations } from '../../console/support/index.js'

/** What would run, or show a picture, wherever a text is taken for markup, a template or a link. */
const hostile = `<img src=x onerror="window.hacked=1">'"><script>window.hacked=1</script>{{7*7}}\${7*7}`
const short = '<b onmouseover="window.hacked=1">x'

let test: ConsoleTest
let receiver: Server
let received = 0

const asAdmin = (method: string, path: string, body?: object) => test.client.send(method, `/admin${path}`, { body })

beforeAll(async () => {
  receiver = createServer((request, response) => {
    received++
    request.resume().on('end', () => response.writeHead(500, { 'content-type': 'text/html' }).end(hostile))
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  test = await startConsole({
    env: { OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' },
    collections: [
      {
        name: 'things',
        description: hostile,
        history: true,
        trash: true,
        fields: [
          { name: 'title', type: 'text', description: hostile, searchable: 'A' },
          { name: 'body', type: 'richtext' },
          { name: 'data', type: 'json' },
          { name: 'kind', type: 'select', options: [short, 'plain'] },
          { name: 'tags', type: 'tags' },
        ],
        rules: [
          {
            role: 'user',
            action: 'read',
            description: hostile,
            conditions: { title: hostile },
          },
        ],
      },
      { name: 'parts', fields: [{ name: 'thing', type: 'relation', collection: 'things', inverse: 'parts' }] },
      { name: 'crews', fields: [{ name: 'name', type: 'text' }], members: true },
    ],
  })
  await seed()
})
afterAll(async () => {
  await test?.stop()
  receiver?.close()
})

async function seed(): Promise<void> {
  const { client, server } = test
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`
  await asAdmin('POST', '/webhooks', { url, collection: 'things', events: ['create'], description: hostile })
  const things = client.collection('things')
  const values = { title: hostile, body: hostile, data: { [short]: [hostile] }, kind: short, tags: [short] }
  const thing = await things.create(values)
  await things.update(thing.id, { title: `${hostile} again`, data: { [short]: hostile } })
  await things.delete((await things.create(values)).id)
  await client.collection('parts').create({ thing: thing.id })
  await client.collection('crews').create({ name: hostile })
  await asAdmin('POST', '/roles', { name: 'helper', description: hostile })
  await asAdmin('POST', '/api-keys', { name: short, roles: ['helper'] })
  await asAdmin('POST', '/service-accounts', { name: short, roles: ['helper'] })
  await asAdmin('PATCH', '/settings/auth.ui', { appName: short })
  const headers = { 'user-agent': hostile }
  const body = { email: 'mallory@example.com', password: 'a long password 1' }
  await server.request('POST', '/api/v1/auth/signup', { body, headers })
  await server.request('POST', '/api/v1/auth/login', { body, headers })
  await server.request('GET', `/api/v1/${encodeURIComponent(short)}`, { headers, query: { x: hostile } })
  await server.request('GET', `/api/v1/collections/things/records`, { headers, query: { filter: hostile } })
  await vi.waitFor(() => expect(received).toBeGreaterThan(0), { timeout: 20_000 })
}

/** What a page shows when a text of ours got to be more than text. */
const findHarm = (page: Page): Promise<unknown> =>
  page.evaluate(`({
    ran: window.hacked,
    pictures: document.querySelectorAll('img[src="x"]').length,
    scripts: document.querySelectorAll('body script:not([type="module"])').length,
    handlers: document.querySelectorAll('[onerror],[onmouseover],[onload]').length,
    links: document.querySelectorAll('a[href^="javascript:" i],a[href^="data:" i]').length,
    frames: [...document.querySelectorAll('iframe')].filter((frame) => !frame.hasAttribute('sandbox')).length,
  })`)

const harmless = { pictures: 0, scripts: 0, handlers: 0, links: 0, frames: 0 }

/** Until it has what it asked for and stands still. Some pages ask again every two seconds: their network may never rest. */
async function untilStill(page: Page): Promise<void> {
  let last: unknown
  const isStill = async () => {
    const shown = await page.evaluate(`document.querySelector('[aria-busy="true"]') ? null : document.body.innerHTML`)
    const same = shown !== null && shown === last
    last = shown
    return same
  }
  await expect.poll(isStill, { timeout: 60_000, interval: 200 }).toBe(true)
}

/** Paths below `/console` that the page leads to. */
const linksOf = (page: Page): Promise<string[]> =>
  page.evaluate(
    `[...document.querySelectorAll('a[href^="/console/"]')].map((link) => link.getAttribute('href').slice('/console'.length))`,
  )

/** One page of each kind is enough: ids and names of single things are left out. */
const kindOf = (path: string): string =>
  path
    .replace(/\?.*/, '')
    .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, '{id}')
    .replace(/^\/(api|collections|data|permissions)\/(crews|parts|users)\b/, '/$1/things')
    .replace(/^\/settings\/(auth|observe)\.\w+/, '/settings/auth.ui')
    .replace(/^\/settings\/providers\/.+/, '/settings/providers/{kind}')
    .replace(/^\/settings\/mail-texts\/.+/, '/settings/mail-texts/{kind}/{language}')

describe('A226: content that would run where it is taken for markup', () => {
  it('stays text on every page that can be reached, and none of them hinders people', async () => {
    const page = await test.open('/')
    const seen = new Map([
      ['/', '/'],
      ['/data/things', '/data/things'],
      ['/collections/things', '/collections/things'],
      ['/api/things', '/api/things'],
      ['/settings/auth.ui', '/settings/auth.ui'],
    ])
    const problems: string[] = []
    for (const path of queueOf(seen)) {
      await page.emulateMedia({ colorScheme: seen.size % 2 === 0 ? 'light' : 'dark' })
      await page.goto(`/console${path}`)
      await page.getByRole('heading', { level: 1 }).first().waitFor()
      await untilStill(page)
      const harm = await findHarm(page)
      if (JSON.stringify(harm) !== JSON.stringify(harmless)) problems.push(`${path}: ${JSON.stringify(harm)}`)
      problems.push(...(await violations(page)).map((violation) => `${path}: ${violation}`))
      await picture(page, `walk${kindOf(path).replace(/\W+/g, '-')}`)
      for (const link of await linksOf(page)) if (!seen.has(kindOf(link))) seen.set(kindOf(link), link)
    }
    console.log(`${seen.size} kinds of pages: ${[...seen.keys()].sort().join(' ')}`)
    expect(problems).toEqual([])
    expect(test.complaints).toEqual([])
    expect(seen.size).toBeGreaterThan(30)
  }, 300_000)
})

/** Every path that is there, those found on the way included. */
function* queueOf(paths: ReadonlyMap<string, string>): Generator<string> {
  for (const [, path] of paths) yield path
}
