import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { admin, type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest
let page: Page

beforeAll(async () => {
  const field = { name: 'title', type: 'text' as const }
  const rules = [{ role: 'reader', action: ['read' as const, 'create' as const] }]
  test = await startConsole({
    collections: [
      { name: 'posts', fields: [field], rules },
      { name: 'drafts', fields: [field], rules },
    ],
  })
  await test.client.admin.roles.create({ name: 'reader' })
  page = await test.open('/api-keys')
})
afterAll(() => test?.stop())

const dialog = () => page.getByRole('dialog')
const shownKey = () => dialog().getByRole('region', { name: 'API key' }).textContent()
const ask = (key: string, collection: string, body?: object) =>
  test.server.request(body ? 'POST' : 'GET', `/api/v1/collections/${collection}/records`, {
    token: key,
    ...(body && { body }),
  })
let key: string

it('makes a key that may do no more than it says, and shows it once', async () => {
  await page.getByRole('heading', { name: 'There are no keys' }).waitFor()
  await picture(page, 'keys-empty')
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'New key' }).first().click()
  await page.getByLabel('Name').fill('Nightly report')
  await page.getByRole('combobox', { name: 'Roles' }).click()
  await page.getByRole('option', { name: 'reader' }).click()
  await page.keyboard.press('Tab')
  await page.getByRole('combobox', { name: 'Collections' }).click()
  await page.getByRole('option', { name: 'posts' }).click()
  await page.keyboard.press('Tab')
  await page.getByLabel('Read', { exact: true }).check()
  await picture(page, 'key-new')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Create key' }).click()
  key = (await shownKey())!
  expect(key).toMatch(/^sk_/)
  await picture(page, 'key-secret')
  await dialog().getByRole('button', { name: 'I have copied it' }).click()
  await page.getByRole('heading', { name: 'Nightly report' }).waitFor()
  expect(await page.content()).not.toContain(key)
  expect((await ask(key, 'posts')).status).toBe(200)
  expect((await ask(key, 'posts', { title: 'by a key' })).status).toBe(403)
  expect((await ask(key, 'drafts')).status).toBe(403)
})

it('changes what a key may do', async () => {
  await page.getByLabel('Create', { exact: true }).check()
  await page.getByRole('combobox', { name: 'Addresses' }).fill('not an address')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('This is no address or network').first().waitFor()
  await page.getByRole('combobox', { name: 'Addresses' }).press('Backspace')
  await page.getByRole('button', { name: 'Save changes' }).click()
  await page.getByText('The key is changed').waitFor()
  await picture(page, 'key')
  expect(await violations(page)).toEqual([])
  expect((await ask(key, 'posts', { title: 'by a key' })).status).toBe(201)
})

it('asks who is here before it gives another secret, and goes on by itself', async () => {
  await test.server.database.run({
    text: `update holdfast.sessions set proven_at = now() - interval '1 day'`,
    values: [],
  })
  await page.getByRole('button', { name: 'New secret' }).click()
  await dialog().getByRole('combobox', { name: 'The present secret' }).click()
  await page.getByRole('option', { name: 'Ends at once' }).click()
  await dialog().getByRole('button', { name: 'Make new secret' }).click()
  await page.getByRole('dialog', { name: 'Is it still you?' }).waitFor()
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.keyboard.press('Enter')
  const second = (await shownKey())!
  await dialog().getByRole('button', { name: 'I have copied it' }).click()
  expect((await ask(key, 'posts')).status).toBe(401)
  expect((await ask(second, 'posts')).status).toBe(200)
  key = second
})

it('revokes a key once its name is typed', async () => {
  await page.getByRole('button', { name: 'Revoke key' }).click()
  await dialog().getByLabel('Type Nightly report to go on').fill('Nightly report')
  await dialog().getByRole('button', { name: 'Revoke key' }).click()
  await page.getByRole('heading', { name: 'There are no keys' }).waitFor()
  expect((await ask(key, 'posts')).status).toBe(401)
})

it('gives keys to service accounts, in the dark and on a phone', async () => {
  const phone = await test.open('/service-accounts', { phone: true, dark: true })
  await phone.getByRole('button', { name: 'New service account' }).first().click()
  await phone.getByRole('dialog').getByLabel('Name').fill('importer')
  await phone.getByRole('dialog').getByRole('button', { name: 'Create' }).click()
  await phone.getByRole('link', { name: 'New key' }).click()
  await phone.getByLabel('Name').fill('importer on host 1')
  await phone.getByRole('button', { name: 'Create key' }).click()
  await phone.getByRole('button', { name: 'I have copied it' }).waitFor()
  await picture(phone, 'key-secret-phone-dark')
  expect(await violations(phone)).toEqual([])
  await phone.getByRole('button', { name: 'I have copied it' }).click()
  const [made] = (await test.client.admin.apiKeys.list()).data
  const [account] = (await test.client.admin.serviceAccounts.list()).data
  expect(made).toMatchObject({ name: 'importer on host 1', user: account!.id })
  await phone.getByRole('heading', { name: 'importer on host 1' }).waitFor()
  await phone.goto('/console/api-keys')
  await phone.getByRole('link', { name: 'importer on host 1' }).waitFor()
  await picture(phone, 'keys-phone-dark')
  expect(await violations(phone)).toEqual([])
  expect(await phone.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  expect(test.complaints).toEqual([])
})
