import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleSdk } from '../../../../../packages/sdk/fixtures/bundle.js'
import { findFreePort, startServer, type TestServer } from '../../support/index.js'
import { admin } from './support.js'

let browser: Browser
let page: Page
let pages: Server
let server: TestServer
let url: string

/** An app on another port of `localhost`: another origin than the server and the same site, as `app.` and `api.` of one domain. */
beforeAll(async () => {
  const { code } = await bundleSdk('./with-admin.ts')
  pages = createServer((request, response) => {
    if (request.url === '/sdk.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(code)
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title>')
  }).listen(0, '127.0.0.1')
  await once(pages, 'listening')
  const origin = `http://localhost:${(pages.address() as AddressInfo).port}`
  const port = await findFreePort()
  url = `http://localhost:${port}`
  const { email: ADMIN_EMAIL, password: ADMIN_PASSWORD } = admin
  const env = { ADMIN_EMAIL, ADMIN_PASSWORD, PORT: String(port), PUBLIC_URL: url, CORS_ORIGINS: origin }
  server = await startServer(env)

  const executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath())
  browser = await playwright.launch({ executablePath, args: ['--no-sandbox'] })
  page = await browser.newPage()
  await page.goto(origin)
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
  await inPage(`
    const root = connect({ storage: sdk.memoryStorage() })
    await root.auth.signInWithPassword(${JSON.stringify(admin)})
    await root.admin.settings.update('auth.passkeys', { origins: [location.origin] })
    await root.admin.collections.create({
      name: 'notes',
      fields: [{ name: 'text', type: 'text' }],
      rules: [{ role: 'user', action: ['read', 'create', 'update', 'delete'], conditions: { createdBy: '$user.id' } }],
    })
  `)
})
afterAll(async () => {
  await browser?.close()
  pages?.close()
  await server?.stop()
})

/** Runs the body of an async function in the page. */
const inPage = (body: string): Promise<unknown> =>
  page.evaluate(`(async () => {
    const sdk = await import('/sdk.js')
    const connect = (options = {}) => sdk.withAdmin(sdk.createClient(${JSON.stringify(url)}, options))
    ${body}
  })()`)

describe('in a browser', () => {
  it('registers a passkey, signs in by it and steps up by it', async () => {
    const result = await inPage(`
      const client = connect({ storage: sdk.memoryStorage() })
      const { user } = await client.auth.signUp({ email: 'keys@example.com', password: 'correct horse battery' })
      const { id } = await client.auth.passkeys.register({ name: 'Laptop' })
      await client.auth.passkeys.rename(id, 'My laptop')
      const other = connect({ storage: sdk.memoryStorage() })
      const signedIn = await other.auth.passkeys.signIn()
      await other.auth.account.stepUp()
      const names = (await other.auth.passkeys.list()).map(({ name }) => name)
      await other.auth.passkeys.remove(id)
      return [signedIn.user.id === user.id, names, await other.auth.passkeys.list()]
    `)
    expect(result).toEqual([true, ['My laptop'], []])
  })

  it('keeps the session in cookies, with no token that a script could read', async () => {
    const result = await inPage(`
      const client = connect({ cookies: true })
      const session = await client.auth.signUp({ email: 'cookie@example.com', password: 'correct horse battery' })
      const notes = client.collection('notes')
      const { id } = await notes.create({ text: 'a' })
      await notes.update(id, { text: 'b' })
      const kept = JSON.stringify({ ...localStorage }) + document.cookie
      return [session.accessToken, session.refreshToken, (await notes.get(id)).text, /hfr_|eyJ/.test(kept)]
    `)
    expect(result).toEqual(['', '', 'b', false])
  })

  it('goes on with that session after a reload, refreshes it, listens by it and ends it', async () => {
    await page.reload()
    const result = await inPage(`
      const client = connect({ cookies: true })
      const before = client.auth.user.email
      await client.auth.refresh()
      const live = await new Promise((resolve) => {
        client.collection('notes').subscribe({ snapshot: true }, ({ type, record }) => {
          if (type === 'ready') void client.collection('notes').create({ text: 'live' })
          if (type === 'create') resolve(record.text)
        })
      })
      client.realtime.close()
      localStorage.clear()
      const resumed = await connect({ cookies: true }).auth.resume()
      await client.auth.signOut()
      localStorage.clear()
      return [before, live, resumed?.user.email, await connect({ cookies: true }).auth.resume()]
    `)
    expect(result).toEqual(['cookie@example.com', 'live', 'cookie@example.com', null])
  })
})
