import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { CollectionDefinition } from '@holdfast/contract'
import { createClient, memoryStorage } from '@holdfast/sdk'
import { withAdmin } from '@holdfast/sdk/admin'
import chromium from '@sparticuz/chromium'
import { type Browser, type BrowserContext, type Page, chromium as playwright } from 'playwright-core'
import { startServer, type TestServer } from '../../support/index.js'

export const admin = { email: 'admin@example.com', password: 'correct horse battery' }

export interface PageOptions {
  /** 390 × 844, with touch. */
  readonly phone?: boolean
  readonly dark?: boolean
  /** Whether the admin is signed in already. Default true. */
  readonly signedIn?: boolean
}

/** A server with an admin, and a real browser that has its console open. */
export interface ConsoleTest {
  readonly server: TestServer
  /** The admin, by the SDK: for data a test begins with, and for what the console should have done. */
  readonly client: ReturnType<typeof connect>
  readonly browser: Browser
  /**
   * A page of its own, with cookies of its own, at `path` below `/console`. What the browser complains about (errors of scripts,
   * refused by the policy, failed files) is an error of the test: see `complaints`.
   */
  open(path: string, options?: PageOptions): Promise<Page>
  /** What browsers complained about so far; a test expects it to be empty. */
  readonly complaints: string[]
  stop(): Promise<void>
}

interface StartOptions {
  readonly env?: Record<string, string>
  readonly collections?: readonly CollectionDefinition[]
  /** Of a server that nobody has set up: then `client` is nobody until the test signs it in. */
  readonly withoutAdmin?: boolean
}

export async function startConsole({
  env = {},
  collections = [],
  withoutAdmin = false,
}: StartOptions = {}): Promise<ConsoleTest> {
  const first: Record<string, string> = withoutAdmin ? {} : { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
  const server = await startServer({ ...first, ...env })
  const client = connect(server)
  if (!withoutAdmin) await client.auth.signInWithPassword(admin)
  for (const collection of collections) await client.admin.collections.create(collection)
  const browser = await launchBrowser()
  const complaints: string[] = []
  return {
    server,
    client,
    browser,
    complaints,
    open: async (path, options = {}) => {
      const context = await newContext(browser, server.url, options)
      if (options.signedIn ?? true) await signIn(context, server.url)
      const page = await context.newPage()
      listen(page, complaints)
      await page.goto(`/console${path}`)
      return page
    },
    stop: async () => {
      await browser.close()
      await server.stop()
    },
  }
}

const connect = ({ url }: TestServer) => withAdmin(createClient(url, { storage: memoryStorage() }))

/** Chromium from npm, or the one of CHROMIUM_PATH. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath())
  return playwright.launch({ executablePath, args: ['--no-sandbox'] })
}

const newContext = (browser: Browser, baseURL: string, { phone = false, dark = false }: PageOptions) =>
  browser.newContext({
    baseURL,
    locale: 'en-GB',
    colorScheme: dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 800 },
    ...(phone && { hasTouch: true, isMobile: true }),
  })

async function signIn(context: BrowserContext, origin: string): Promise<void> {
  const headers = { 'x-session-mode': 'cookie', origin }
  const response = await context.request.post('/api/v1/auth/login', { headers, data: admin })
  if (!response.ok()) throw new Error(`sign-in: ${response.status()} ${await response.text()}`)
}

/** A refused request (4xx) is told by the page; that the browser notes it in its own console is no complaint. */
function listen(page: Page, complaints: string[]): void {
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource.* 4\d\d/.test(message.text()))
      complaints.push(message.text())
  })
}

/** Keeps a picture of the page where SCREENSHOTS names a folder; does nothing elsewhere. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['SCREENSHOTS']
  if (!folder) return
  await mkdir(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
