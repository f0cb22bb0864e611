import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findFreePort } from '../support/find-free-port.js'
import { type IdentityProvider, startIdentityProvider } from '../support/oauth/index.js'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest
let page: Page
let peer: IdentityProvider

beforeAll(async () => {
  peer = await startIdentityProvider(['http://127.0.0.1/callback'])
  test = await startConsole({ env: { OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' } })
  page = await test.open('/settings/providers')
})
afterAll(async () => {
  await test?.stop()
  peer?.close()
})

const providers = async (): Promise<unknown> =>
  (await test.client.admin.settings.list()).find(({ section }) => section === 'auth.providers')?.value
const button = (name: string) => page.getByRole('button', { name, exact: true })

it('sets a provider up, and tries it', async () => {
  await page.getByRole('link', { name: 'OpenID Connect' }).waitFor()
  await picture(page, 'providers-empty')
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'OpenID Connect' }).click()
  await page.getByRole('textbox', { name: 'Id', exact: true }).fill('office')
  await page.getByText('/api/v1/auth/oauth/office/callback').waitFor()
  await page.getByLabel('Client ID', { exact: true }).fill(peer.clientId)
  await page.getByLabel('Client secret').fill(peer.clientSecret)
  await button('Add provider').click()
  await page.getByText('issuer is required').first().waitFor()
  await page.getByRole('textbox', { name: 'Issuer' }).fill(peer.issuer)
  await picture(page, 'provider-new')
  expect(await violations(page)).toEqual([])
  await button('Add provider').click()
  await page.getByRole('heading', { name: 'office' }).waitFor()
  expect(await providers()).toMatchObject({ office: { kind: 'oidc', issuer: peer.issuer, clientSecret: '***' } })
  expect(await page.content()).not.toContain(peer.clientSecret)
  await button('Test provider').click()
  await page.getByText('It answers', { exact: true }).first().waitFor()
  await page.getByText(/It publishes \d+ keys?/).waitFor()
  await picture(page, 'provider-works')
  expect(await violations(page)).toEqual([])
})

it('says which step failed where a provider cannot be reached', async () => {
  await page.getByRole('textbox', { name: 'Issuer' }).fill(`http://127.0.0.1:${await findFreePort()}`)
  await button('Save').click()
  // A secret is not sent to another place than the one it was given for.
  await page.getByText('must be given again').first().waitFor()
  await page.getByRole('button', { name: /^Replace/ }).click()
  await page.getByLabel('Client secret').fill(peer.clientSecret)
  await button('Save').click()
  await page.getByText('Saved').last().waitFor()
  await button('Test provider').click()
  await page.getByText('It does not work yet').waitFor()
  await page.getByText(/^Found: /).waitFor()
  await picture(page, 'provider-fails')
  expect(await violations(page)).toEqual([])
})

it('switches a provider off and takes it away, in the dark and on a phone', async () => {
  const phone = await test.open('/settings/providers', { phone: true, dark: true })
  await phone.getByRole('link', { name: /office/ }).click()
  await phone.getByRole('switch', { name: 'Enabled' }).uncheck()
  await phone.getByRole('button', { name: 'Save' }).click()
  await expect.poll(providers).toMatchObject({ office: { enabled: false } })
  await picture(phone, 'provider-phone-dark')
  expect(await violations(phone)).toEqual([])
  expect(await phone.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await phone.getByRole('button', { name: 'Remove provider' }).click()
  await phone.getByRole('dialog').getByLabel('Type office to go on').fill('office')
  await phone.getByRole('dialog').getByRole('button', { name: 'Remove provider' }).click()
  await phone.getByText('None yet. Choose one below.').waitFor()
  await picture(phone, 'providers-phone-dark')
  expect(await providers()).toEqual({})
})

it('lets an app sign people in by this server, and tells its secret once', async () => {
  await page.goto('/console/settings/oidc-clients')
  await page.getByRole('heading', { name: 'No app signs people in by this server' }).waitFor()
  await page.getByRole('button', { name: 'Add app' }).first().click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill('<b>Wiki</b>')
  await dialog.getByRole('combobox', { name: 'Redirect URIs', exact: true }).fill('https://wiki.example.com/callback')
  await page.keyboard.press('Enter')
  await dialog.getByRole('button', { name: 'Add app' }).click()
  const secret = await dialog.getByRole('region', { name: 'Client secret' }).textContent()
  expect(secret).toMatch(/.{20}/)
  await picture(page, 'oidc-client')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'I have copied it' }).click()
  await page.getByText('<b>Wiki</b>').waitFor()
  await picture(page, 'oidc-clients')
  expect(await violations(page)).toEqual([])
  expect(await test.client.admin.oidcClients.list()).toMatchObject([
    { name: '<b>Wiki</b>', redirectUris: ['https://wiki.example.com/callback'] },
  ])
})

it('writes the text of a mail beside how it is read, where no script of it runs', async () => {
  await page.goto('/console/settings/mail-texts')
  await page.getByRole('link', { name: 'Reset the password, en' }).waitFor()
  await picture(page, 'mail-texts')
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'Reset the password, en' }).click()
  await page.getByRole('textbox', { name: 'Subject' }).fill('A new password for {{ email }}')
  await page
    .getByRole('textbox', { name: 'HTML' })
    .fill(
      '<p id="said">Hello {{ email }}</p><a href="{{ link }}">Go on</a><script>document.getElementById("said").textContent = "pwned"</script>',
    )
  await page.frameLocator('iframe[title="The mail"]').getByText('Hello ').waitFor()
  await picture(page, 'mail-text')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Save text' }).click()
  await page.getByRole('button', { name: 'Drop text' }).waitFor()
  expect(await test.client.admin.mailTemplates.get('reset', 'en')).toMatchObject({
    custom: true,
    subject: 'A new password for {{ email }}',
  })
  await page.getByRole('textbox', { name: 'Subject' }).fill('{% if %}')
  await page.getByRole('alert').waitFor()
})

it('makes another signing key', async () => {
  const before = await test.client.admin.signingKeys.list()
  await page.goto('/console/settings/signing-keys')
  await page.getByRole('table', { name: 'Signing keys' }).waitFor()
  await page.getByRole('button', { name: 'New key' }).click()
  await page.getByRole('menuitem', { name: 'For access tokens' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Make key' }).click()
  await page.getByText('Published', { exact: true }).waitFor()
  await picture(page, 'signing-keys')
  expect(await violations(page)).toEqual([])
  expect(await test.client.admin.signingKeys.list()).toHaveLength(before.length + 1)
  // The frame of the preview says so of the script that it did not run.
  const others = test.complaints.filter((text) => !text.startsWith("Blocked script execution in 'about:srcdoc'"))
  expect(others).toEqual([])
})
