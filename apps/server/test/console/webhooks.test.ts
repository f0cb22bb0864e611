import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type Receiver, startReceiver } from '../security/outbound/receiver.js'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

vi.setConfig({ testTimeout: 120_000 })

/** Other things may be busy on the same machine. */
const patience = { timeout: 30_000 }

/** What a receiver could answer to whoever reads its log. */
const hostile = '<img src=x onerror="document.title=1"><script>alert(1)</script>'

let test: ConsoleTest
let receiver: Receiver
let works = false
let isGone = false

beforeAll(async () => {
  receiver = await startReceiver((response) => {
    response.statusCode = isGone ? 410 : works ? 200 : 500
    response.setHeader('content-type', 'text/html')
    response.end(works ? 'thanks' : hostile)
  })
  test = await startConsole({
    env: { OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' },
    collections: [
      {
        name: 'orders',
        fields: [
          { name: 'title', type: 'text' },
          { name: 'paid', type: 'boolean' },
        ],
      },
    ],
  })
})
afterAll(async () => {
  await test?.stop()
  receiver?.close()
})

it('makes a webhook, shows its secret once, and follows a delivery from failed to delivered', async () => {
  const page = await test.open('/webhooks')
  await page.getByText('No webhooks yet').waitFor()
  await picture(page, 'webhooks-empty')
  await page.getByRole('button', { name: 'New webhook' }).click()
  await page.getByLabel('URL').fill('not a url')
  await page.getByRole('combobox', { name: 'Collection' }).click()
  await page.getByRole('option', { name: 'orders' }).click()
  await page.getByRole('button', { name: 'Create the webhook' }).click()
  await page.locator('[aria-invalid=true]').waitFor()
  await page.getByLabel('URL').fill(`http://127.0.0.1:${receiver.port}/hook`)
  await page.getByLabel('Description').fill('Tells the shop')
  await page.getByLabel('Deleted').uncheck()
  await page.getByText('JSON', { exact: true }).click()
  await picture(page, 'webhook-form')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Create the webhook' }).click()
  const secret = page.getByRole('region', { name: 'Signing secret' })
  await secret.waitFor()
  expect(await secret.textContent()).toMatch(/^whsec_/)
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByRole('heading', { name: 'Deliveries' }).waitFor()
  expect(page.url()).not.toContain('whsec')
  const { data } = await test.client.admin.webhooks.list()
  expect(data).toMatchObject([{ description: 'Tells the shop', collection: 'orders', events: ['create', 'update'] }])

  const order = await test.client.collection('orders').create({ title: 'Tea', paid: true })
  const row = page.getByRole('table', { name: 'Deliveries' }).getByRole('link', { name: 'orders.created' })
  await row.click()
  const drawer = page.getByRole('dialog', { name: 'Delivery' })
  await drawer.getByText('Answered 500').first().waitFor(patience)
  // A226: what a receiver answers stays text.
  await drawer.getByText('onerror').first().waitFor()
  expect(await page.locator('img[src=x]').count()).toBe(0)
  expect(await drawer.getByLabel('Body that is sent').textContent()).toContain(order.id)
  await picture(page, 'webhook-delivery-failed')
  expect(await violations(page)).toEqual([])

  works = true
  await drawer.getByRole('button', { name: /Try now|Resend/ }).click()
  await drawer.getByText('delivered', { exact: true }).waitFor(patience)
  await drawer.getByText('Answered 200').first().waitFor(patience)
  await picture(page, 'webhook-delivery-ok')
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  await picture(page, 'webhook')
  expect(await violations(page)).toEqual([])
  expect(test.complaints).toEqual([])
})

it('says why the server stopped one, and lets it go on', async () => {
  const [webhook] = (await test.client.admin.webhooks.list()).data
  await test.server.database.run({
    text: 'update holdfast.webhooks set enabled = false, disabled_reason = $2 where id = $1',
    values: [webhook!.id, 'Nothing was delivered for 5 days'],
  })
  works = true
  const page = await test.open(`/webhooks/${webhook!.id}`)
  const stopped = page.getByRole('alert').filter({ hasText: 'The server stopped this webhook' })
  await stopped.getByText('Nothing was delivered for 5 days').waitFor(patience)
  await picture(page, 'webhook-stopped')
  expect(await violations(page)).toEqual([])
  await stopped.getByRole('button', { name: 'Go on delivering' }).click()
  await stopped.waitFor({ state: 'hidden', ...patience })
  expect(await test.client.admin.webhooks.get(webhook!.id)).toMatchObject({ enabled: true, disabledReason: null })
  const before = receiver.received.length
  await test.client.collection('orders').create({ title: 'Coffee' })
  await expect.poll(() => receiver.received.length, patience).toBeGreaterThan(before)
  expect(test.complaints).toEqual([])
})

it('sends tests, changes the secret with both good meanwhile, resends many, and deletes, also on a phone', async () => {
  works = true
  const [webhook] = (await test.client.admin.webhooks.list()).data
  const before = receiver.received.length
  const page = await test.open(`/webhooks/${webhook!.id}?state=delivered`, { dark: true, phone: true })
  await page.getByRole('button', { name: 'Send a test' }).click()
  await page.getByText('The receiver answered 200').waitFor(patience)
  expect(JSON.parse(receiver.received.at(-1)!.body).type).toBe('test')
  await picture(page, 'webhook-phone-dark')
  expect(await violations(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)

  await page.getByRole('button', { name: 'Resend many' }).click()
  // In the dialog: the filter of the page behind it has one of that name, too.
  const many = page.getByRole('dialog', { name: 'Resend many' })
  await many.getByLabel('delivered', { exact: true }).check()
  await page.getByRole('button', { name: 'Resend', exact: true }).click()
  await expect.poll(() => receiver.received.length, patience).toBeGreaterThan(before + 1)

  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'New secret' }).click()
  await page.getByRole('button', { name: 'Make a new secret' }).click()
  await page.getByRole('region', { name: 'Signing secret' }).waitFor()
  await page.getByRole('button', { name: 'I have kept it' }).click()
  await page.getByText('Signed by two secrets').waitFor(patience)
  expect((await test.client.admin.webhooks.get(webhook!.id)).secretHints).toHaveLength(2)

  await page.getByRole('button', { name: 'More' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Delete the webhook' }).click()
  await page.getByText('No webhooks yet').waitFor(patience)
  expect((await test.client.admin.webhooks.list()).data).toEqual([])
  expect(test.complaints).toEqual([])
})

it('that were switched off stand at home, with what else failed', async () => {
  isGone = true
  const url = `http://127.0.0.1:${receiver.port}/gone`
  const { id } = await test.client.admin.webhooks.create({ url, collection: 'orders', events: ['create'] })
  await test.client.collection('orders').create({ title: 'Lost' })
  const disabled = async () => (await test.client.admin.webhooks.get(id)).disabledReason
  await expect.poll(disabled, patience).toBe('The receiver answered 410 Gone')
  const rename = (from: string, to: string) =>
    test.server.database.run({ text: `alter table public.orders rename column ${from} to ${to}`, values: [] })
  await rename('title', 'label')
  await expect(test.client.collection('orders').list()).rejects.toMatchObject({ status: 500 })
  await rename('label', 'title')
  const failures = async () => (await test.client.admin.observe.requests({ result: 5, limit: 3 })).data
  await expect.poll(async () => (await failures()).length, patience).toBeGreaterThan(0)

  const page = await test.open('/')
  const health = page.getByRole('region', { name: 'Health' })
  await health.getByText(`${url}: The receiver answered 410 Gone`).waitFor(patience)
  await health.getByText('GET /api/v1/collections/orders/records').first().waitFor(patience)
  await picture(page, 'home-failing')
  expect(await violations(page)).toEqual([])
  await health.getByRole('link', { name: 'See webhooks' }).click()
  await page.getByRole('heading', { name: 'Webhooks' }).waitFor(patience)
  expect(test.complaints).toEqual([])
})
