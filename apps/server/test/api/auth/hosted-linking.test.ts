import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { configure, type GithubPeer, startGithubPeer, startOauthServer } from '../../support/oauth/index.js'
import { newEmail, password, signUp } from './people.js'
import { Visitor } from './visitor.js'

let server: TestServer
let github: GithubPeer
beforeAll(async () => {
  const started = await startOauthServer()
  server = started.server
  github = await startGithubPeer()
  await configure(server, started.admin, {
    github: { kind: 'github', issuer: github.url, clientId: 'gh', clientSecret: 'github secret' },
  })
})
afterAll(async () => {
  github?.close()
  await server?.stop()
})

/** Clicks the link of the page, goes to the provider and comes back. */
async function walk(visitor: Visitor, text: string): Promise<string> {
  const href = /<a class="button" href="([^"]+)"/.exec(text)![1]!.replaceAll('&amp;', '&')
  const begun = await visitor.browser.request('GET', href.replace(server.config.publicUrl, ''))
  const provider = await fetch(begun.headers.get('location')!, { redirect: 'manual' })
  const back = new URL(provider.headers.get('location')!)
  const done = await visitor.browser.request('GET', back.pathname + back.search)
  const page = new URL(done.headers.get('location')!)
  expect(page.origin).toBe(server.config.publicUrl)
  return page.pathname + page.search
}

async function signedIn(): Promise<Visitor> {
  const { email } = await signUp(server, newEmail())
  const visitor = new Visitor(server)
  await visitor.send(await visitor.open('/auth/ui/sign-in'), 'sign-in', { email, password })
  return visitor
}

describe('the account page', () => {
  it('links a provider and unlinks it again, without scripts', async () => {
    const visitor = await signedIn()
    github.user = { id: 1, login: 'ada' }
    github.emails = [{ email: 'ada@github.example', primary: true, verified: true }]
    const asked = await visitor.send(await visitor.open('/auth/ui/account'), 'account/link')
    const linked = await visitor.open(await walk(visitor, asked.text))
    expect(linked.status).toBe(200)
    expect(linked.words).toContain('ada@github.example')
    const unlinked = await visitor.send(linked, 'account/unlink')
    expect(unlinked.words).not.toContain('ada@github.example')
  })

  it('does not link by the way back of somebody else', async () => {
    const [attacker, victim] = [await signedIn(), await signedIn()]
    github.user = { id: 2, login: 'eve' }
    const asked = await attacker.send(await attacker.open('/auth/ui/account'), 'account/link')
    const way = await walk(attacker, asked.text)
    const page = await victim.open(way)
    expect(page.text).toContain('role="alert"')
    const { text } = await victim.browser.request('GET', '/api/v1/auth/identities')
    expect(JSON.parse(text)).toEqual({ data: [] })
  })

  it('says when nothing came of it', async () => {
    const visitor = await signedIn()
    for (const query of ['?error=access_denied', '?error=<b>', ''])
      expect((await visitor.open(`/auth/ui/account/linked${query}`)).text).toContain('role="alert"')
  })
})
