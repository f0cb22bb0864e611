import { createHash } from 'node:crypto'
import chromium from '@sparticuz/chromium'
import axe from 'axe-core'
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { Authenticator, addTotp } from './authenticator.js'
import { adminEnv, newEmail, type Person, password, signInAdmin, signUp } from './people.js'
import { metadataOf, newIdpKey } from './saml-idp.js'

let browser: Browser
let server: TestServer
let mailbox: Mailbox
let admin: Person
let context: BrowserContext

const asAdmin = async (method: string, path: string, body: object) => {
  const answer = await server.request(method, `/api/v1/admin${path}`, { token: admin.accessToken, body })
  expect(answer.status, answer.text).toBeLessThan(300)
  return answer.json.data
}

beforeAll(async () => {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath())
  browser = await playwright.launch({ executablePath, args: ['--no-sandbox'] })
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env, OUTBOUND_ALLOW: '127.0.0.1', OUTBOUND_PORTS: '1-65535' })
  admin = await signInAdmin(server)
  await asAdmin('PATCH', '/settings/auth.providers', {
    github: { kind: 'github', clientId: 'some-client', clientSecret: 'some-secret' },
  })
  const directory = { name: 'Office', url: 'ldap://127.0.0.1:9', searchBase: 'dc=example,dc=com' }
  await asAdmin('PATCH', '/settings/auth.ldap', { office: { ...directory, bindDn: 'cn=s', bindPassword: 'secret' } })
  await asAdmin('PATCH', '/settings/auth.saml', { acme: { name: 'Acme', metadataXml: metadataOf(newIdpKey()) } })
})
afterAll(async () => {
  await browser?.close()
  await server?.stop()
  await mailbox?.close()
})
afterEach(() => context?.close())

async function open(path: string, options: { locale?: string; phone?: boolean } = {}): Promise<Page> {
  await context?.close()
  const viewport = options.phone ? { width: 375, height: 740 } : { width: 900, height: 820 }
  context = await browser.newContext({ locale: options.locale ?? 'en-US', viewport })
  const page = await context.newPage()
  await page.goto(server.config.publicUrl + path)
  return page
}

/** Nothing that keeps people out, by day and by night. With SCREENSHOTS=folder, pictures for those who change the looks. */
async function expectAccessible(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  await page.evaluate(axe.source)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    const found = (await page.evaluate(`axe.run(document, { resultTypes: ['violations'] })`)) as axe.AxeResults
    const grave = found.violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html)}`)
    expect(grave, `${name} ${colorScheme}`).toEqual([])
    if (folder) await page.screenshot({ path: `${folder}/${name}-${colorScheme}.png`, fullPage: true })
  }
  expect(await page.locator('h1').count(), name).toBe(1)
  const overflow = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
  expect(overflow, name).toBe(0)
}

async function signInAt(page: Page, email: string, secret = password): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(secret)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** The link of the mail. */
async function inviteToTeam(email: string): Promise<string> {
  const fields = [{ name: 'name', type: 'text' }]
  const rules = [{ role: 'user', action: ['create', 'read'] }]
  await asAdmin('POST', '/collections', { name: 'teams', members: true, fields, rules })
  const { accessToken: token } = await signUp(server)
  const team = await server.request('POST', '/api/v1/collections/teams/records', { token, body: {} })
  expect(team.status, team.text).toBe(201)
  const path = `/api/v1/teams/${team.json.data.id}/invites`
  const invited = await server.request('POST', path, { token, body: { email, roles: ['member'] } })
  expect(invited.status, invited.text).toBe(201)
  return /http\S*\/auth\/ui\/team-invite\?\S*/.exec((await mailbox.next(email)).text)![0]
}

const press = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1 }).waitFor()

describe('everybody can use', () => {
  it('signing in and up', async () => {
    const page = await open('/auth/ui/sign-in')
    await expectAccessible(page, 'sign-in')
    await signInAt(page, 'nobody@example.com')
    await page.getByRole('alert').first().waitFor()
    await expectAccessible(page, 'sign-in-wrong')
    await page.getByRole('link', { name: 'Create an account' }).click()
    await page.getByLabel('E-mail').fill('no address')
    await page.getByLabel('Password').fill('short')
    await press(page, 'Create an account')
    await page.getByRole('alert').first().waitFor()
    await expectAccessible(page, 'sign-up-wrong')
    await page.goto(`${server.config.publicUrl}/auth/ui/sign-in`)
    await page.getByRole('link', { name: /Office/ }).click()
    await expectAccessible(page, 'directory')
  })

  it('all of it on a phone, in German', async () => {
    const page = await open('/auth/ui/sign-in', { locale: 'de-DE', phone: true })
    await expectAccessible(page, 'phone-sign-in')
    for (const name of ['sign-up', 'forgot', 'code', 'verify?token=x']) {
      await page.goto(`${server.config.publicUrl}/auth/ui/${name}`)
      await expectAccessible(page, `phone-${name.split('?')[0]}`)
    }
  })

  it('what a mail leads to', async () => {
    const { email } = await signUp(server)
    await mailbox.next(email)
    const page = await open('/auth/ui/forgot')
    await expectAccessible(page, 'forgot')
    await page.getByLabel('E-mail').fill(email)
    await press(page, 'Send me the link')
    await heading(page, 'Check your mail')
    await expectAccessible(page, 'mail-sent')
    const { text } = await mailbox.next(email, 2)
    await page.goto(/http\S*\/auth\/ui\/reset\?\S*/.exec(text)![0])
    await expectAccessible(page, 'reset')
    await page.getByLabel('New password').fill(`${password}, renewed`)
    await press(page, 'Set password')
    await heading(page, 'Your new password is set')
    await expectAccessible(page, 'reset-done')
  })

  it('codes and links by mail', async () => {
    const { email } = await signUp(server)
    await mailbox.next(email)
    const page = await open('/auth/ui/code')
    await expectAccessible(page, 'code')
    await page.getByLabel('E-mail').fill(email)
    await press(page, 'Send me a code')
    await heading(page, 'Check your mail')
    await expectAccessible(page, 'code-entry')
    await page.getByLabel('Code of six digits').fill((await mailbox.next(email, 2)).code!)
    await press(page, 'Sign in')
    await heading(page, 'Your account')
  })

  it('invitations, to the app and to a team', async () => {
    const email = newEmail()
    await asAdmin('POST', '/users/invite', { email })
    const page = await open('/auth/ui/sign-in')
    await page.goto(/http\S*\/auth\/ui\/invite\?\S*/.exec((await mailbox.next(email)).text)![0])
    await expectAccessible(page, 'invite')
    const invited = newEmail()
    await page.goto(await inviteToTeam(invited))
    await heading(page, 'You are invited to a team')
    await expectAccessible(page, 'team-invite')
    await press(page, 'Accept')
    await page.getByText('the address that the invitation was sent to').waitFor()
    await expectAccessible(page, 'team-invite-stranger')
    await page.getByRole('link', { name: 'Sign in' }).click()
    await signInAt(page, (await signUp(server)).email)
    await heading(page, 'You are invited to a team')
    await press(page, 'Accept')
    await page.getByText('to another address than that of your account').waitFor()
    await expectAccessible(page, 'team-invite-other')
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Sign in by e-mail' }).click()
    await page.getByLabel('E-mail').fill(invited)
    await press(page, 'Send me a code')
    await page.getByLabel('Code of six digits').fill((await mailbox.next(invited, 2)).code!)
    await press(page, 'Sign in')
    await heading(page, 'You are invited to a team')
    await press(page, 'Accept')
    await heading(page, 'You have joined the team')
    await expectAccessible(page, 'team-joined')
  })

  it('the second step, asked for and to be set up', async () => {
    const person = await signUp(server)
    const { app } = await addTotp(server, person)
    const page = await open('/auth/ui/sign-in')
    await signInAt(page, person.email)
    await heading(page, 'Second step')
    await expectAccessible(page, 'second-step')
    await page.getByLabel('Code').fill(app.wrongCode())
    await press(page, 'Continue')
    await page.getByRole('alert').first().waitFor()
    await expectAccessible(page, 'second-step-wrong')
    const careful = await signUp(server, 'grace@example.com')
    await asAdmin('POST', '/roles', { name: 'careful', secondFactor: true })
    await asAdmin('PUT', `/users/${careful.id}/roles`, { roles: ['careful'] })
    await page.goto(`${server.config.publicUrl}/auth/ui/sign-in`)
    await signInAt(page, careful.email)
    await heading(page, 'Set up a second step')
    await expectAccessible(page, 'enrol')
    const secret = (await page.locator('pre').textContent())!.replaceAll(' ', '')
    await page.getByLabel('Code of six digits').fill(new Authenticator(server, careful.id, secret).code())
    await press(page, 'Confirm')
    await heading(page, 'Keep these recovery codes')
    await expectAccessible(page, 'recovery')
    await page.getByRole('link', { name: 'Continue' }).click()
    await heading(page, 'Your account')
    await expectAccessible(page, 'account-with-factor')
  })

  it('the own account', async () => {
    const { email } = await signUp(server)
    const page = await open('/auth/ui/sign-in')
    await signInAt(page, email)
    await heading(page, 'Your account')
    await page.evaluate(`for (const part of document.querySelectorAll('details')) part.open = true`)
    await expectAccessible(page, 'account')
    await page.setViewportSize({ width: 375, height: 740 })
    await expectAccessible(page, 'phone-account')
    await page.getByLabel('Current password').fill('wrong')
    await page.getByLabel('New password').fill('short')
    await press(page, 'Change password')
    await page.getByRole('alert').first().waitFor()
    await expectAccessible(page, 'account-wrong')
  })

  it('signing in to the apps of others', async () => {
    const { email } = await signUp(server, 'ada@example.com')
    const redirectUri = 'https://wiki.example.com/callback'
    const client = await asAdmin('POST', '/oidc-clients', { name: 'Wiki', redirectUris: [redirectUri] })
    const query = new URLSearchParams({
      client_id: client.id,
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'openid email profile roles teams offline_access',
      prompt: 'consent',
      code_challenge: createHash('sha256').update('verifier').digest('base64url'),
      code_challenge_method: 'S256',
    })
    const page = await open(`/oidc/auth?${query}`)
    await expectAccessible(page, 'sign-in-to-app')
    await signInAt(page, email)
    await heading(page, 'Sign in to Wiki?')
    await expectAccessible(page, 'consent')
    await page.goto(`${server.config.publicUrl}/oidc/session/end`)
    await heading(page, 'Sign out?')
    await expectAccessible(page, 'logout')
    await press(page, 'Sign out')
    await heading(page, 'You are signed out')
    await expectAccessible(page, 'logged-out')
    for (const [path, name] of [
      ['/oidc/auth?client_id=x', 'oidc-error'],
      ['/auth/ui/authorize/x', 'expired'],
      ['/api/v1/auth/oauth/github/callback?state=x&code=y', 'callback'],
      ['/auth/ui/sign-in?redirectTo=https://evil.example', 'bad-redirect'],
    ]) {
      await page.goto(server.config.publicUrl + path)
      await expectAccessible(page, name!)
    }
  })
})
