import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import chromium from '@sparticuz/chromium'
import { type Browser, type Page, chromium as playwright } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { bundleSdk } from '../../../../../packages/sdk/fixtures/bundle.js'
import { startServer, type TestServer } from '../../support/index.js'
import { admin } from './support.js'

/** A page of another origin than the server, as apps have. */
async function startPages(): Promise<{ pages: Server; origin: string }> {
  const { code } = await bundleSdk('./with-admin.ts')
  const pages = createServer((request, response) => {
    if (request.url === '/sdk.js') response.writeHead(200, { 'content-type': 'text/javascript' }).end(code)
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title>')
  }).listen(0, '127.0.0.1')
  await once(pages, 'listening')
  return { pages, origin: `http://127.0.0.1:${(pages.address() as AddressInfo).port}` }
}

let browser: Browser
let page: Page
let pages: Server
let server: TestServer

beforeAll(async () => {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath())
  browser = await playwright.launch({ executablePath, args: ['--no-sandbox'] })
  const started = await startPages()
  pages = started.pages
  const { email: ADMIN_EMAIL, password: ADMIN_PASSWORD } = admin
  server = await startServer({ ADMIN_EMAIL, ADMIN_PASSWORD, CORS_ORIGINS: started.origin })
  page = await browser.newPage()
  await page.goto(started.origin)
})
afterAll(async () => {
  await browser.close()
  pages.close()
  await server.stop()
})

/** Runs the body of an async function in the page, with a client of the server. */
const inPage = (body: string): Promise<unknown> =>
  page.evaluate(`(async () => {
    const { createClient, HoldfastError, withAdmin } = await import('/sdk.js')
    const client = withAdmin(createClient(${JSON.stringify(server.url)}))
    ${body}
  })()`)

describe('in a browser', () => {
  it('signs in, writes and reads across origins', async () => {
    const names = await inPage(`
      await client.auth.signInWithPassword(${JSON.stringify(admin)})
      await client.admin.collections.create({ name: 'notes', fields: [{ name: 'text', type: 'text', required: true }] })
      const notes = client.collection('notes')
      const [first] = await notes.create([{ text: 'a' }, { text: 'b' }])
      await notes.update(first.id, { text: 'c' }, { ifVersion: 1 })
      await notes.upsert(first.id, { text: 'd' }, { minimal: true })
      const texts = []
      for await (const { text } of notes.all({ sort: '-text', limit: 1 })) texts.push(text)
      await notes.delete(first.id)
      return [...texts, (await notes.list()).data.length]
    `)
    expect(names).toEqual(['d', 'b', 1])
  })

  it('gives typed errors', async () => {
    const error = await inPage(`
      const error = await client.collection('notes').create({}).catch((reason) => reason)
      return [error instanceof HoldfastError, error.code, error.errors]
    `)
    expect(error).toEqual([true, 'validation_failed', [expect.objectContaining({ path: 'text', code: 'required' })]])
  })

  it('is still signed in after a reload, and signed out after signing out', async () => {
    await page.reload()
    expect(await inPage('return client.auth.user.email')).toBe(admin.email)
    expect(await inPage('await client.auth.signOut(); return localStorage.length')).toBe(0)
    await page.reload()
    expect(await inPage('return client.auth.user')).toBeNull()
  })
})
