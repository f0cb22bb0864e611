import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { fillWith } from '../support/many-records.js'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

const hostile = '<img src=x onerror=alert(1)><script>document.title="owned"</script>'

let test: ConsoleTest
let page: Page

beforeAll(async () => {
  test = await startConsole({
    collections: [
      {
        name: 'posts',
        fields: [
          { name: 'title', type: 'text' },
          { name: 'status', type: 'text' },
        ],
        rules: [{ role: 'public', action: 'read' }],
      },
    ],
  })
  await fillWith(test.server, 'posts', 40_000, { title: "'title ' || md5(i::text)", status: "'s' || i % 500" })
  await test.client.admin.settings.update('observe.slowStatements', { thresholdMs: 1 })
  const read = (headers: Record<string, string> = {}, query: Record<string, string> = {}) =>
    test.server.request('GET', '/api/v1/collections/posts/records', { headers, query })
  for (let at = 0; at < 12; at += 1) await read()
  await read({ 'user-agent': hostile, 'x-request-id': 'hostile-request' }, { [hostile]: hostile })
  await test.server.request('GET', `/api/v1/nowhere/${encodeURIComponent(hostile)}`)
  await read({}, { filter: '{"status":"s7"}', sort: 'title' })
  await test.client.admin.settings.update('observe.slowStatements', { thresholdMs: 60_000 })
  page = await test.open('/observe')
})
afterAll(() => test?.stop())

it('shows over time what the server counted, as charts and as tables', async () => {
  const card = page.getByRole('region', { name: 'Time to answer' })
  await card.getByRole('img', { name: /^Time to answer: Median/ }).waitFor()
  await card.locator('svg path.recharts-area-curve').first().waitFor({ state: 'attached' })
  await card.getByRole('button', { name: 'Show numbers' }).click()
  await expect.poll(() => card.getByRole('row').count()).toBeGreaterThan(1)
  await picture(page, 'observe-overview')
  expect(await violations(page)).toEqual([])
  await page.getByText('24 hours').click()
  await expect.poll(() => page.url()).toContain('range=24h')
  const { points } = await test.client.admin.observe.metrics()
  expect(points.reduce((sum, { classes }) => sum + (classes.read?.requests ?? 0), 0)).toBeGreaterThanOrEqual(14)
})

it('finds requests, and shows what strangers sent as text', async () => {
  await page.getByRole('link', { name: 'Requests', exact: true }).click()
  await page.getByRole('table', { name: 'Requests' }).waitFor()
  await picture(page, 'observe-requests')
  expect(await violations(page)).toEqual([])
  await page.getByLabel('Part of the path').fill('/nowhere/')
  await page.getByRole('row').nth(2).waitFor({ state: 'detached' })
  await page.getByLabel('Result').selectOption('4')
  await expect.poll(() => page.url()).toContain('result=4')
  await page.getByRole('row').nth(1).getByText('404').waitFor()
  await page.goto('/console/observe/requests?request=hostile-request')
  const drawer = page.getByRole('dialog', { name: 'Request' })
  await drawer.getByText(hostile).waitFor()
  await picture(page, 'observe-request')
  expect(await violations(page)).toEqual([])
  await drawer.getByRole('link', { name: 'Same route' }).click()
  await page.getByText('route: /api/v1/collections/{collection}/records').waitFor()
  await page.getByRole('switch', { name: 'Live' }).click()
  await expect.poll(() => page.url()).toContain('live=true')
  await test.server.request('GET', '/api/v1/collections/posts/records', { query: { limit: '7' } })
  await page.getByText('?limit=7').waitFor()
  expect(await page.title()).toBe('Observe · Holdfast')
})

it('advises on a slow statement, and makes the index', async () => {
  await page.getByRole('link', { name: 'Slow statements' }).click()
  const card = page.getByRole('article', { name: 'Slow statement of posts' }).filter({ hasText: 'An index on' })
  await card.getByText('An index on status, title').waitFor()
  await picture(page, 'observe-slow')
  expect(await violations(page)).toEqual([])
  expect(await card.textContent()).not.toContain('s7')
  await card.getByRole('button', { name: 'Create this index' }).click()
  const dialog = page.getByRole('dialog', { name: 'Index of posts on status, title' })
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await dialog.waitFor({ state: 'detached' })
  await card.waitFor({ state: 'detached' })
  const { indexes } = await test.client.admin.collections.get('posts')
  expect(indexes).toEqual([expect.objectContaining({ fields: ['status', 'title'] })])
})

it('keeps a line of what was done in the console', async () => {
  await page.getByRole('link', { name: 'Audit log' }).click()
  const link = page.getByRole('link', { name: 'Applied a plan to' }).first()
  await link.waitFor()
  await picture(page, 'observe-audit')
  expect(await violations(page)).toEqual([])
  await link.click()
  const drawer = page.getByRole('dialog', { name: 'Applied a plan to' })
  await drawer.getByText('admin@example.com').waitFor()
  await drawer.getByText('collections[].indexes[].fields[]').waitFor()
  await picture(page, 'observe-audit-line')
  const { data } = await test.client.admin.audit.list({ action: 'schema.apply' })
  expect(data[0]).toMatchObject({ target: 'posts', status: 200, actorEmail: 'admin@example.com' })
  await drawer.getByRole('link', { name: 'All that was done to it' }).click()
  await page.getByText('done to: posts').waitFor()
  expect(test.complaints).toEqual([])
})

it('tells how large the database is, in the dark and on a phone', async () => {
  const dark = await test.open('/observe/database', { dark: true })
  const table = dark.getByRole('table', { name: 'Tables' })
  await table.getByRole('link', { name: 'posts' }).waitFor()
  await picture(dark, 'observe-database-dark')
  expect(await violations(dark)).toEqual([])
  await dark.goto('/console/observe')
  await dark.getByRole('img', { name: /^Requests per second/ }).waitFor()
  await picture(dark, 'observe-overview-dark')
  expect(await violations(dark)).toEqual([])
  const phone = await test.open('/observe/requests', { phone: true })
  for (const path of ['/observe/requests', '/observe', '/observe/database']) {
    if (path !== '/observe/requests') await phone.goto(`/console${path}`)
    await phone
      .getByRole(path === '/observe' ? 'img' : 'table')
      .first()
      .waitFor()
    await picture(phone, `phone-${path.split('/').at(-1)}`)
    expect(await phone.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
  }
  expect(await violations(phone)).toEqual([])
  expect(test.complaints).toEqual([])
})
