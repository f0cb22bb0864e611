import { afterAll, beforeAll, expect, it } from 'vitest'
import { admin, type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest

beforeAll(async () => {
  test = await startConsole({ collections: [{ name: 'notes', fields: [{ name: 'text', type: 'text' }] }] })
})
afterAll(() => test?.stop())

it('asks who is there, and goes on to what was wanted', async () => {
  const page = await test.open('/jobs', { signedIn: false })
  await page.getByLabel('E-mail').fill(admin.email)
  await picture(page, 'sign-in')
  expect(await violations(page)).toEqual([])
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor()
  expect(new URL(page.url()).pathname).toBe('/console/jobs')
  const kept = await page.evaluate('JSON.stringify([localStorage, sessionStorage, document.cookie])')
  expect(kept).not.toMatch(/eyJ|hfr_/)
  await page.reload()
  await page.getByRole('heading', { name: 'Jobs', level: 1 }).waitFor()
  expect(test.complaints).toEqual([])
})

it('is for admins alone', async () => {
  await test.client.send('POST', '/auth/signup', {
    body: { email: 'ada@example.com', password: 'analytical engine 1' },
  })
  const page = await test.open('/', { signedIn: false })
  await page.getByLabel('E-mail').fill('ada@example.com')
  await page.getByLabel('Password', { exact: true }).fill('analytical engine 1')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'This is for admins' }).waitFor()
  await page.getByRole('button', { name: 'Sign in as somebody else' }).click()
  await page.getByLabel('E-mail').waitFor()
})

it('goes everywhere by keyboard', async () => {
  const page = await test.open('/')
  await page.getByRole('heading', { name: 'Home' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('w')
  await page.getByRole('heading', { name: 'Webhooks', level: 1 }).waitFor()
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Go to a page or a collection').fill('note')
  await picture(page, 'palette')
  await page.keyboard.press('Enter')
  await expect.poll(() => new URL(page.url()).pathname).toBe('/console/data/notes')
  expect(test.complaints).toEqual([])
})

it.each([
  ['light', { dark: false }],
  ['dark', { dark: true }],
])('has nothing that hinders people, %s', async (name, options) => {
  const page = await test.open('/', options)
  await page.getByRole('link', { name: 'notes' }).first().waitFor()
  await picture(page, `shell-${name}`)
  expect(await violations(page)).toEqual([])
  const phone = await test.open('/', { ...options, phone: true })
  await phone.getByRole('button', { name: 'Open navigation' }).click()
  await phone.getByRole('link', { name: 'Users', exact: true }).waitFor()
  await picture(phone, `shell-phone-${name}`)
  expect(await violations(phone)).toEqual([])
})

it('is a page for every path of its own, and no page for a file that is not there', async () => {
  const answers = await Promise.all(
    [
      '/console/webhooks/x.y',
      '/console/assets/none.js',
      '/console/../package.json',
      '/console/assets/..%2findex.html',
    ].map((path) => test.server.request('GET', path)),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 404, 404])
  expect(answers[0]!.headers.get('content-security-policy')).toContain("script-src 'self';")
})
