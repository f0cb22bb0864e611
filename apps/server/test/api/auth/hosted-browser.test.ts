import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort, startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { Authenticator } from './authenticator.js'
import { newEmail, password, signUp } from './people.js'

let browser: Browser
let server: TestServer
let mailbox: Mailbox
/** A page of an app, which somebody comes back to. */
let app: Server
let appOrigin: string

beforeAll(async () => {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath())
  browser = await playwright.launch({ executablePath, args: ['--no-sandbox'] })
  mailbox = await startMailbox()
  app = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title><h1>App</h1>')
  }).listen(0, '127.0.0.1')
  await once(app, 'listening')
  appOrigin = `http://127.0.0.1:${(app.address() as AddressInfo).port}`
  // Passkeys are bound to a name, and an address is none.
  const port = await findFreePort()
  server = await startServer({
    ...mailbox.env,
    PORT: String(port),
    PUBLIC_URL: `http://localhost:${port}`,
    CORS_ORIGINS: appOrigin,
  })
})
afterAll(async () => {
  await browser.close()
  await server.stop()
  await mailbox.close()
  app.close()
})

interface Opened {
  readonly page: Page
  readonly context: BrowserContext
  readonly complaints: string[]
}

async function open(
  path: string,
  options: { scripts?: boolean; dark?: boolean; phone?: boolean } = {},
): Promise<Opened> {
  const context = await browser.newContext({
    javaScriptEnabled: options.scripts ?? true,
    colorScheme: options.dark ? 'dark' : 'light',
    locale: 'en-US',
    viewport: options.phone ? { width: 375, height: 740 } : { width: 900, height: 820 },
  })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(`${server.config.publicUrl}${path}`)
  return { page, context, complaints }
}

const shoot = async (page: Page, name: string): Promise<void> => {
  const folder = process.env['SCREENSHOTS']
  if (folder) await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true })
}

async function signInAt(page: Page, email: string): Promise<void> {
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
}

describe('without JavaScript', () => {
  it('somebody signs up, signs out and in again', async () => {
    const email = newEmail()
    const { page } = await open('/auth/ui/sign-up', { scripts: false })
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create an account' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signInAt(page, email)
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    await shoot(page, 'account')
    expect(await page.getByRole('button', { name: 'Add a passkey' }).count()).toBe(0)
  })

  it('goes back to the app with a code', async () => {
    const { email } = await signUp(server)
    const codeChallenge = createHash('sha256').update('verifier').digest('base64url')
    const query = new URLSearchParams({ redirectTo: `${appOrigin}/in`, codeChallenge })
    const { page } = await open(`/auth/ui/sign-in?${query}`, { scripts: false })
    await signInAt(page, email)
    await page.waitForURL(`${appOrigin}/in?code=*`)
    const code = new URL(page.url()).searchParams.get('code')
    const exchanged = await server.request('POST', '/api/v1/auth/oauth/exchange', {
      body: { code, codeVerifier: 'verifier' },
    })
    expect(exchanged.json.data.user.email).toBe(email)
  })

  it('follows a link of a mail, and a code', async () => {
    const { email } = await signUp(server)
    await mailbox.next(email)
    const { page } = await open('/auth/ui/code', { scripts: false })
    await page.getByLabel('E-mail').fill(email)
    await page.getByRole('button', { name: 'Send me a link instead' }).click()
    await page.getByRole('heading', { name: 'Check your mail' }).waitFor()
    const { text } = await mailbox.next(email, 2)
    await page.goto(/http\S*\/auth\/ui\/link\?\S*/.exec(text)![0])
    await shoot(page, 'link')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
  })
})

describe('with JavaScript', () => {
  it('adds a passkey and signs in by it, within the policy of the page', async () => {
    const { email } = await signUp(server)
    const { page, context, complaints } = await open('/auth/ui/sign-in')
    const devtools = await context.newCDPSession(page)
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
    await signInAt(page, email)
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.locator('form[action$="remove-passkey"]').waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    await expect.poll(() => page.getByText(email).count()).toBeGreaterThan(0)
    expect(complaints).toEqual([])
  })

  it('sets up an authenticator app, and asks for it at the next sign-in', async () => {
    const { email, id } = await signUp(server)
    const { page, complaints } = await open('/auth/ui/sign-in')
    await signInAt(page, email)
    await page.getByRole('button', { name: 'Set up an authenticator app' }).click()
    const secret = (await page.locator('pre').textContent())!.replaceAll(' ', '')
    expect(await page.evaluate(`document.querySelector('img.qr').naturalWidth`)).toBeGreaterThan(0)
    await shoot(page, 'enrol')
    const authenticator = new Authenticator(server, id, secret)
    await page.getByLabel('Code of six digits').fill(authenticator.code())
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByRole('heading', { name: 'Keep these recovery codes' }).waitFor()
    const [recovery] = (await page.locator('pre').textContent())!.split('\n')
    await page.getByRole('link', { name: 'Continue' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await signInAt(page, email)
    await page.getByRole('heading', { name: 'Second step' }).waitFor()
    await shoot(page, 'second-step')
    await page.getByLabel('Code of six digits').fill(authenticator.wrongCode())
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('alert').first().waitFor()
    await page.getByLabel('Code of six digits').fill(recovery!)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('heading', { name: 'Your account' }).waitFor()
    // Browsers tell of each answer that is an error, such as that of the wrong code.
    expect(complaints.filter((complaint) => !complaint.includes('the server responded with a status of 401'))).toEqual(
      [],
    )
  })

  it.each([
    ['light', {}],
    ['dark', { dark: true }],
    ['phone', { phone: true }],
    ['phone-dark', { phone: true, dark: true }],
  ])('can be used: %s', async (name, options) => {
    for (const path of ['sign-in', 'sign-up', 'forgot', 'code', 'reset?token=x']) {
      const { page, context } = await open(`/auth/ui/${path}`, options)
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      expect(overflow, path).toBe(0)
      expect(await page.locator('h1').count()).toBe(1)
      expect(await page.evaluate(everyInputHasALabel)).toBe(true)
      await shoot(page, `${path.split('?')[0]}-${name}`)
      await context.close()
    }
    const { page, context } = await open('/auth/ui/sign-in', options)
    await signInAt(page, 'nobody@example.com')
    await page.getByRole('alert').first().waitFor()
    await shoot(page, `error-${name}`)
    await context.close()
  })
})

const everyInputHasALabel = `[...document.querySelectorAll('input:not([type=hidden])')].every(({ labels }) => labels.length === 1)`
