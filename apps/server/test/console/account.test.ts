import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { Authenticator } from '../api/auth/authenticator.js'
import { findFreePort } from '../support/index.js'
import { admin, type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest
let page: Page

/** By name: passkeys are bound to one, and an address is none. */
beforeAll(async () => {
  const port = await findFreePort()
  const url = `http://localhost:${port}`
  test = await startConsole({ env: { PORT: String(port), PUBLIC_URL: url } })
  page = await test.open('/sign-in', { signedIn: false })
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
  await page.goto(`${url}/console/`)
  await page.getByLabel('E-mail').fill(admin.email)
  await page.getByLabel('Password', { exact: true }).fill(admin.password)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: admin.email }).click()
  await page.getByRole('menuitem', { name: 'Your account' }).click()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
})
afterAll(() => test?.stop())

it('shows an account with nothing set up', async () => {
  await page.getByText('No passkeys yet').waitFor()
  await page.getByText('No app is set up').waitFor()
  await page.getByText('This one').waitFor()
  await picture(page, 'account-empty')
  expect(await violations(page)).toEqual([])
})

it('adds, renames and removes a passkey', async () => {
  await page.getByRole('button', { name: 'Add a passkey' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('Laptop')
  await page.getByRole('button', { name: 'Go on' }).click()
  const list = page.getByRole('table', { name: 'Passkeys' })
  await list.getByText('Laptop').waitFor()
  await list.getByRole('button', { name: 'Rename Laptop' }).click()
  await page.getByRole('dialog').getByLabel('Name').fill('My laptop')
  await page.keyboard.press('Enter')
  await list.getByText('My laptop').waitFor()
  await list.getByRole('button', { name: 'Remove My laptop' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await page.getByText('No passkeys yet').waitFor()
})

it('sets up an app, with recovery codes that are shown once', async () => {
  await page.getByRole('button', { name: 'Set up an app' }).click()
  await page.getByAltText('The key as a QR code').waitFor()
  await picture(page, 'account-enrol')
  expect(await violations(page)).toEqual([])
  const secret = await page.getByRole('region', { name: 'Key', exact: true }).textContent()
  await page.getByRole('dialog').locator('input').first().focus()
  await page.keyboard.type(new Authenticator(test.server, '', secret!.trim()).code())
  const codes = page.getByRole('region', { name: 'Recovery codes', exact: true })
  await codes.waitFor()
  await picture(page, 'account-codes')
  expect(await violations(page)).toEqual([])
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download' }).click()
  expect((await download).suggestedFilename()).toMatch(/^recovery-codes-localhost\.txt$/)
  await page.getByRole('button', { name: 'I have kept them' }).click()
  await page.getByText('Recovery codes left').waitFor()
  expect(await codes.count()).toBe(0)
  const { factors, recoveryCodesLeft } = await test.client.auth.mfa.list()
  expect([factors.map(({ kind }) => kind), recoveryCodesLeft]).toEqual([['totp'], 10])
})

it('ends sessions and changes the password', async () => {
  await page.getByText('End all others').click()
  await page.getByRole('button', { name: 'End them' }).click()
  await expect.poll(() => page.getByRole('table', { name: 'Sessions' }).getByRole('row').count()).toBe(2)
  await page.getByRole('button', { name: 'Change password' }).click()
  await page.getByLabel('Current password', { exact: true }).fill('not the password')
  await page.getByLabel('New password', { exact: true }).fill('a quiet harbour at noon')
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('This is not your password').waitFor()
  await picture(page, 'account-password')
  expect(await violations(page)).toEqual([])
  await page.getByLabel('Current password', { exact: true }).fill(admin.password)
  await page.getByRole('button', { name: 'Set password' }).click()
  await page.getByText('The password is changed').waitFor()
  const login = await test.server.request('POST', '/api/v1/auth/login', { body: admin })
  expect(login.status).toBe(401)
  await page.reload()
  await page.getByRole('heading', { name: 'Your account' }).waitFor()
})

it('fits a phone, by night', async () => {
  const phone = await test.open('/sign-in', { signedIn: false, phone: true, dark: true })
  await phone.context().addCookies(await page.context().cookies())
  await phone.goto(page.url())
  await phone.getByText('Recovery codes left').waitFor()
  await picture(phone, 'account-phone')
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390)
  expect(await violations(phone)).toEqual([])
  expect(test.complaints).toEqual([])
})
