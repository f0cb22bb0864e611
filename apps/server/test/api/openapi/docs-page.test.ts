import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { adminEmail, type Persona, password, startServerWith } from '../../support/personas.js'
import { things } from './things.js'

let server: TestServer
let admin: Persona
let browser: Browser
let page: Page
let complaints: string[]

beforeAll(async () => {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath())
  browser = await playwright.launch({ executablePath, args: ['--no-sandbox'] })
  ;({ server, admin } = await startServerWith(things))
  const body = { title: 'Seen by everybody', status: 'published' }
  await server.request('POST', '/api/v1/collections/things/records', { token: admin.token, body })
})

afterAll(async () => {
  await browser?.close()
  await server?.stop()
})

const signIn = async (secret: string) => {
  await page.getByLabel('E-mail').fill(adminEmail)
  await page.getByLabel('Password').fill(secret)
  await page.getByRole('button', { name: 'Sign in' }).click()
}

/** Opens an operation of a collection and executes it. */
async function execute(tag: string, operationId: string) {
  const operation = page.locator(`#operations-${tag}-${operationId}`)
  await page.locator(`#operations-tag-${tag}`).click()
  await operation.locator('.opblock-summary-control').first().click()
  await operation.locator('.execute').click()
  const answer = operation.locator('.live-responses-table')
  return { status: await answer.locator('.response-col_status').nth(1).textContent(), text: await answer.textContent() }
}

describe('the docs page', () => {
  beforeEach(async () => {
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 } })
    page = await context.newPage()
    complaints = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(`${server.url}/api/v1/docs`)
    await page.locator('#operations-tag-things').waitFor()
    return () => context.close()
  })

  it('shows and executes what is open, with nothing from elsewhere', async () => {
    const requests: string[] = []
    page.on('request', (request) => requests.push(request.url()))
    await page.reload()
    await page.locator('#operations-tag-things').waitFor()
    const { status, text } = await execute('things', 'listThings')
    expect(status).toContain('200')
    expect(text).toContain('Seen by everybody')
    expect(requests.filter((url) => !url.startsWith(`${server.url}/`) && !url.startsWith('data:'))).toEqual([])
    expect(await page.locator('#operations-tag-ledger').count()).toBe(0)
    expect(complaints).toEqual([])
  })

  it('shows admins everything after they sign in, also after a reload, and not after they sign out', async () => {
    await signIn(password)
    await page.locator('#operations-tag-ledger').waitFor()
    await page.reload()
    await page.locator('#operations-tag-ledger').waitFor()
    expect(await page.getByText(adminEmail).isVisible()).toBe(true)
    expect((await execute('ledger', 'createLedger')).status).toContain('201')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.locator('#operations-tag-ledger').waitFor({ state: 'detached' })
    expect(await page.getByLabel('E-mail').isVisible()).toBe(true)
    expect(complaints).toEqual([])
  })

  it('takes a token under Authorize and loads the document again with it', async () => {
    const authorize = async (token: string) => {
      await page.locator('.btn.authorize').first().click()
      await page.locator('.auth-container input').fill(token)
      await page.locator('.auth-btn-wrapper .authorize').click()
      await page.locator('.btn-done').click()
    }
    await authorize(`Bearer ${admin.token}`)
    await page.locator('#operations-tag-ledger').waitFor()
    expect((await execute('ledger', 'listLedger')).status).toContain('200')
    await page.locator('.btn.authorize').first().click()
    await page.locator('.auth-btn-wrapper .btn:has-text("Logout")').click()
    await page.locator('.btn-done').click()
    await page.locator('#operations-tag-ledger').waitFor({ state: 'detached' })
    expect(complaints).toEqual([])
    await authorize('nonsense')
    expect(await page.getByRole('alert').textContent()).toMatch(/not valid/)
    expect(await page.locator('#operations-tag-things').isVisible()).toBe(true)
  })

  it('says why a sign-in failed', async () => {
    await signIn('wrong password')
    await page.getByRole('alert').waitFor()
    expect(await page.getByRole('alert').textContent()).toMatch(/wrong/)
  })
})

describe('its files', () => {
  it('may be kept for ever, are sent small, and have their types', async () => {
    const html = await server.request('GET', '/api/v1/docs')
    expect(html.headers.get('content-type')).toMatch(/^text\/html/)
    expect(html.headers.get('content-security-policy')).toMatch(/script-src 'self';.*style-src 'self'/)
    expect(html.text).not.toMatch(/<script>|<style>|\son\w+=|https?:\/\/(?!www\.w3\.org)/)
    const files = [...html.text.matchAll(/(?:src|href)="(docs\/[^"]+)"/g)].map(([, file]) => file!)
    expect(files).toHaveLength(5)
    for (const file of files) {
      const { status, headers } = await server.request('GET', `/api/v1/${file}`)
      expect(status).toBe(200)
      expect(headers.get('cache-control')).toMatch(/immutable/)
      expect(headers.get('content-encoding')).toBe('gzip')
      expect(headers.get('content-type')).toMatch(/javascript|css|svg/)
    }
  })

  it('are these and no others', async () => {
    for (const file of ['package.json', '..%2fpackage.json', 'index.html', '__proto__'])
      expect((await server.request('GET', `/api/v1/docs/${file}`)).status).toBe(404)
  })
})
