import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import chromium from '@sparticuz/chromium'
import { chromium as playwright } from 'playwright-core'

// biome-ignore lint/suspicious/noExplicitAny: what crosses into the page is JSON
type AnyJson = any

/** A browser with an authenticator, on a page of an app at `localhost`. */
export interface PasskeyBrowser {
  readonly origin: string
  /** `credential.toJSON()` of a new passkey. */
  create(options: AnyJson): Promise<AnyJson>
  /** The same of a proof. */
  get(options: AnyJson): Promise<AnyJson>
  /** Another device, without the passkeys of this one. */
  replaceAuthenticator(): Promise<void>
  close(): Promise<void>
}

const authenticator = {
  protocol: 'ctap2',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
} as const

export async function startPasskeyBrowser(): Promise<PasskeyBrowser> {
  const pages = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>App</title>')
  }).listen(0, '127.0.0.1')
  await once(pages, 'listening')
  const origin = `http://localhost:${(pages.address() as AddressInfo).port}`

  const executablePath = process.env['CHROMIUM_PATH'] ?? (await chromium.executablePath())
  const browser = await playwright.launch({ executablePath, args: ['--no-sandbox'] })
  const page = await browser.newPage()
  await page.goto(origin)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  const add = () => devtools.send('WebAuthn.addVirtualAuthenticator', { options: authenticator })
  let { authenticatorId } = await add()

  const ask = (call: string, parse: string, options: AnyJson): Promise<AnyJson> =>
    page.evaluate(`(async () => {
      const publicKey = PublicKeyCredential.${parse}(${JSON.stringify(options)})
      return (await navigator.credentials.${call}({ publicKey })).toJSON()
    })()`)

  return {
    origin,
    create: (options) => ask('create', 'parseCreationOptionsFromJSON', options),
    get: (options) => ask('get', 'parseRequestOptionsFromJSON', options),
    replaceAuthenticator: async () => {
      await devtools.send('WebAuthn.removeVirtualAuthenticator', { authenticatorId })
      ;({ authenticatorId } = await add())
    },
    close: async () => {
      await browser.close()
      pages.close()
    },
  }
}
