import chromium from '@sparticuz/chromium'
import { type Browser, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StartupNotices } from '../../../src/platform/http/index.js'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, newEmail, password, signIn } from './people.js'

let browser: Browser
beforeAll(async () => {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath())
  browser = await playwright.launch({ executablePath, args: ['--no-sandbox'] })
})
afterAll(() => browser.close())

const linkOf = (server: TestServer): string =>
  /http\S+\/setup#token=\S+/.exec(server.app.get(StartupNotices).list().join('\n'))![0]

/** Opens the page and keeps what it complains about, such as a script its policy refuses. */
async function open(url: string) {
  const page = await browser.newPage({ viewport: { width: 900, height: 760 } })
  const complaints: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(String(error)))
  await page.goto(url)
  return { page, complaints }
}

describe('the set-up page', () => {
  it('makes the first admin', async () => {
    const server = await startServer()
    const email = newEmail()
    const { page, complaints } = await open(linkOf(server))
    expect(page.url()).not.toContain('token')
    if (process.env['SCREENSHOTS']) await page.screenshot({ path: `${process.env['SCREENSHOTS']}/setup.png` })
    await page.getByLabel('E-mail').fill(email)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await page.getByRole('button', { name: 'Create admin' }).click()
    await page.getByRole('heading', { name: 'You are the admin' }).waitFor()
    if (process.env['SCREENSHOTS']) await page.screenshot({ path: `${process.env['SCREENSHOTS']}/setup-done.png` })
    expect(complaints).toEqual([])
    expect(await page.getByText(`${server.url}/api/v1/auth/login`).isVisible()).toBe(true)
    const { accessToken } = await signIn(server, email)
    expect((await server.request('GET', '/api/v1/admin/roles', { token: accessToken })).status).toBe(200)
    await page.reload()
    expect(await page.getByRole('heading').textContent()).toBe('This server is set up')
    await page.close()
    await server.stop()
  })

  it('says what is wrong and lets the visitor mend it', async () => {
    const server = await startServer()
    const { page } = await open(linkOf(server))
    const submit = page.getByRole('button', { name: 'Create admin' })
    const problem = page.getByRole('alert')
    await submit.click()
    expect(await problem.textContent()).toMatch(/e-mail/)
    await page.getByLabel('E-mail').fill('root@localhost')
    await page.getByLabel('Password', { exact: true }).fill('short')
    await submit.click()
    expect(await problem.textContent()).toMatch(/at least 8/)
    await page.getByLabel('Password', { exact: true }).fill(password)
    await submit.click()
    await page.getByText('must be one e-mail address').waitFor()
    if (process.env['SCREENSHOTS']) {
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.setViewportSize({ width: 390, height: 760 })
      await page.screenshot({ path: `${process.env['SCREENSHOTS']}/setup-problem.png` })
    }
    await page.getByRole('button', { name: 'Show' }).click()
    expect(await page.getByLabel('Password', { exact: true }).getAttribute('type')).toBe('text')
    await page.getByLabel('E-mail').fill(newEmail())
    await submit.click()
    await page.getByRole('heading', { name: 'You are the admin' }).waitFor()
    await page.close()
    await server.stop()
  })

  it('asks for the whole link when there is no token', async () => {
    const server = await startServer()
    const { page } = await open(`${server.url}/setup`)
    expect(await page.getByRole('alert').textContent()).toMatch(/whole link/)
    expect(await page.getByRole('button', { name: 'Create admin' }).isDisabled()).toBe(true)
    await page.close()
    await server.stop()
  })

  it('carries a policy that lets nothing else run, and is kept nowhere', async () => {
    const server = await startServer(adminEnv)
    const { headers, text } = await server.request('GET', '/setup')
    expect(headers.get('content-type')).toMatch(/^text\/html/)
    expect(headers.get('content-security-policy')).toMatch(
      /default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/,
    )
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('referrer-policy')).toBe('no-referrer')
    expect(text).not.toMatch(/ on[a-z]+=/)
    await server.stop()
  })
})
