import { afterAll, beforeAll, expect, it } from 'vitest'
import { StartupNotices } from '../../src/platform/http/index.js'
import { admin, type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest
let link: string

beforeAll(async () => {
  test = await startConsole({ withoutAdmin: true })
  const notices = test.server.app.get(StartupNotices).list().join('\n')
  link = `/setup${/#token=\S+/.exec(notices)![0]}`
})
afterAll(() => test?.stop())

it('says where the first admin comes from', async () => {
  const page = await test.open('/', { signedIn: false })
  await page.getByText('This server has no admin yet').waitFor()
  await picture(page, 'no-admin-yet')
  expect(await violations(page)).toEqual([])
  await page.goto('/console/setup')
  await page.getByRole('heading', { name: 'This link is not complete' }).waitFor()
  await picture(page, 'setup-incomplete')
  await page.goto('/console/setup#token=hfs_used')
  await page.reload()
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'This link is not valid any more' }).waitFor()
  await picture(page, 'setup-invalid')
  expect(await violations(page)).toEqual([])
})

it('leads from the link to the first record', async () => {
  const page = await test.open(link, { signedIn: false })
  await page.getByLabel('E-mail').fill('nobody')
  await page.getByLabel('Password', { exact: true }).fill('password')
  await page.getByText('It cannot be used').waitFor()
  await page.getByRole('button', { name: 'Create the admin' }).click()
  await page.locator('[aria-invalid=true]').first().waitFor()
  await picture(page, 'setup-mistakes')
  expect(await violations(page)).toEqual([])
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.getByText('Very good').waitFor()
  await picture(page, 'setup')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'What do you begin with?' }).waitFor()
  expect(page.url()).not.toContain('token')
  await picture(page, 'welcome')
  expect(await violations(page)).toEqual([])

  await page.getByRole('link', { name: 'Begin blank' }).click()
  await page.getByText('0 of 5 done').waitFor()
  await page.getByText('No collections yet').waitFor()
  await picture(page, 'home-empty')
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'Begin with a demo or a file' }).click()

  await page.getByRole('button', { name: 'Load the demo' }).click()
  await page.getByText(/\d of 8,742 records/).waitFor()
  await picture(page, 'welcome-loading')
  await page.getByText('The demo is there.').waitFor({ timeout: 60_000 })
  await picture(page, 'welcome-loaded')
  await page.getByRole('link', { name: 'Open airports' }).click()
  await expect.poll(() => new URL(page.url()).pathname).toBe('/console/data/airports')
  expect(test.complaints).toEqual([])

  await test.client.auth.signInWithPassword(admin)
  const count = async (name: string) =>
    (await test.client.collection(name).list({ limit: 1, count: 'exact' })).meta.total
  expect([await count('airports'), await count('routes')]).toEqual([3376, 5366])
  const report = await test.client.admin.permissions.testRules()
  expect([report.passed, report.failed]).toEqual([5, 0])
})

it('opens once', async () => {
  const page = await test.open(link, { signedIn: false, phone: true, dark: true })
  await page.getByRole('heading', { name: 'This server is set up' }).waitFor()
  await picture(page, 'setup-used')
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'Sign in' }).click()
  await page.getByLabel('E-mail').waitFor()
  expect(await page.getByText('no admin yet').count()).toBe(0)
})

it('shows the beginning on a phone, by night', async () => {
  const page = await test.open('/welcome', { phone: true, dark: true })
  await page.getByRole('button', { name: 'Load the demo' }).waitFor()
  await picture(page, 'welcome-phone')
  expect(await violations(page)).toEqual([])
  expect(test.complaints).toEqual([])
})

it('shows at home how things are, and removes the demo', async () => {
  const page = await test.open('/')
  await page.getByText('3 of 5 done').waitFor()
  const table = page.getByRole('table', { name: 'Collections' })
  await table
    .getByText(/^≈ \d,\d{3}$/)
    .nth(1)
    .waitFor()
  await page.getByRole('main').getByText('schema apply').first().waitFor()
  await picture(page, 'home')
  expect(await violations(page)).toEqual([])
  const phone = await test.open('/', { phone: true, dark: true })
  await phone.getByText('3 of 5 done').waitFor()
  await picture(phone, 'home-phone')
  expect(await violations(phone)).toEqual([])
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390)
  await page.getByRole('button', { name: 'Remove the demo' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No collections yet').waitFor()
  expect((await test.client.admin.collections.list()).map(({ name }) => name)).toEqual(['users'])
  expect(test.complaints).toEqual([])
})
