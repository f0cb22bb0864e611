import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import {
  Browser,
  configure,
  type IdentityProvider,
  startIdentityProvider,
  startOauthServer,
} from '../../support/oauth/index.js'
import { newEmail, password, signUp } from './people.js'
import { hiddenFields, readEntities } from './visitor.js'

let server: TestServer
let company: IdentityProvider
beforeAll(async () => {
  const started = await startOauthServer()
  server = started.server
  company = await startIdentityProvider([`${server.url}/api/v1/auth/oauth/company/callback`])
  await configure(server, started.admin, {
    company: {
      kind: 'oidc',
      name: 'The company',
      issuer: company.issuer,
      clientId: company.clientId,
      clientSecret: company.clientSecret,
      trustEmail: true,
    },
  })
})
afterAll(async () => {
  company?.close()
  await server?.stop()
})

const ui = (path: string) => `${server.url}/auth/ui/${path}`
const hrefIn = (text: string, label: string): string => {
  const found = [...text.matchAll(/<a class="button[^"]*" href="([^"]*)">([^<]*)/g)].find(
    ([, , name]) => name === label,
  )
  return new URL(readEntities(found![1]!), server.url).href
}

/** A person at the provider, and a browser they use. */
function arrive(email: string): Browser {
  company.people.set(email, { email, email_verified: true, name: 'Ada' })
  company.person = email
  return new Browser()
}

const send = (browser: Browser, action: string, fields: Record<string, string>) =>
  browser.ask(ui(action), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', 'sec-fetch-site': 'same-origin', origin: 'null' },
    body: new URLSearchParams(fields).toString(),
  })

describe('another provider at the pages', () => {
  it('signs in and leads to the account', async () => {
    const email = newEmail()
    const browser = arrive(email)
    const page = await (await browser.ask(ui('sign-in'))).text()
    await browser.follow(hrefIn(page, 'Continue with The company'), ui('account'))
    const account = await (await browser.ask(ui('account'))).text()
    expect(account).toContain(email)
    expect(account).toContain('company')
  })

  it('gives nothing to a browser that did not begin', async () => {
    const thief = arrive(newEmail())
    const page = await (await thief.ask(ui('sign-in'))).text()
    const callback = await thief.follow(hrefIn(page, 'Continue with The company'), ui('callback'))
    const victim = new Browser()
    await victim.follow(hrefIn(page, 'Continue with The company'), `${company.issuer}`)
    const answer = await victim.ask(callback.href)
    expect(answer.status).toBe(401)
    expect((await victim.ask(ui('account'))).headers.get('location')).toBe('/auth/ui/sign-in')
  })

  it('that answers a sign-in nobody began here leads to words and a way on, and tells programs as everywhere', async () => {
    const path = '/api/v1/auth/oauth/company/callback?state=x&code=y'
    const browsers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': 'de' }
    const page = await server.request('GET', path, { headers: browsers })
    expect([page.status, page.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8'])
    expect(page.text).toContain('Beginnen Sie noch einmal.')
    expect(page.text).toContain('href="/auth/ui/sign-in"')
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(page.headers.get('cache-control')).toBe('no-store')
    for (const accept of ['*/*', 'application/json']) {
      const answer = await server.request('GET', path, { headers: { accept } })
      expect([answer.status, answer.json.code]).toEqual([400, 'invalid_value'])
    }
    const away = '/api/v1/auth/oauth/company?redirectTo=https%3A%2F%2Fevil.example%2F'
    const refused = await server.request('GET', away, { headers: { ...browsers, 'accept-language': 'en' } })
    expect(refused.status).toBeGreaterThanOrEqual(400)
    expect(refused.text).toContain('wants you back at a place that is not allowed')
    expect(refused.text).not.toContain('evil.example')
  })

  it('is linked to the account of whoever is signed in', async () => {
    const { email } = await signUp(server)
    const browser = arrive(`other.${email}`)
    const start = await (await browser.ask(ui('sign-in'))).text()
    await send(browser, 'sign-in', { ...hiddenFields(start, 'sign-in'), email, password })
    const account = await (await browser.ask(ui('account'))).text()
    const page = await send(browser, 'account/link', hiddenFields(account, 'account/link'))
    expect(page.status).toBe(200)
    await browser.follow(hrefIn(await page.text(), 'Continue'), ui('account?done'))
    const linked = await (await browser.ask(ui('account'))).text()
    expect(linked).toContain(`other.${email}`)
    expect(linked).toContain('account/unlink')
  })
})
