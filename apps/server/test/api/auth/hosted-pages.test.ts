import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { adminEnv, newEmail, password, signInAdmin, signUp } from './people.js'
import { hiddenFields, Visitor } from './visitor.js'

let server: TestServer
let mailbox: Mailbox
const app = 'https://app.example.com'
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env, CORS_ORIGINS: app })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

async function signInAt(visitor: Visitor, email: string, path = '/auth/ui/sign-in') {
  return visitor.send(await visitor.open(path), 'sign-in', { email, password })
}

describe('signing in at a page', () => {
  it('leads to the account', async () => {
    const { email } = await signUp(server)
    const visitor = new Visitor(server)
    const page = await signInAt(visitor, email)
    expect(page.status, page.text).toBe(200)
    expect(page.words).toContain(`You are signed in as ${email}`)
    expect((await visitor.open('/auth/ui')).words).toContain('Your account')
  })

  it('says what is wrong and keeps the address', async () => {
    const { email } = await signUp(server)
    const visitor = new Visitor(server)
    const page = await visitor.send(await visitor.open('/auth/ui/sign-in'), 'sign-in', { email, password: 'wrong one' })
    expect(page.status).toBe(401)
    expect(page.words).toContain('E-mail or password is wrong')
    expect(page.text).toContain('role="alert"')
    expect(page.text).toContain(`value="${email}"`)
    expect(page.text).not.toContain('wrong one')
  })

  it('speaks German to whoever asks for it', async () => {
    const visitor = new Visitor(server)
    const german = await visitor.open('/auth/ui/sign-in', { 'accept-language': 'fr-CH, de-AT;q=0.9, en;q=0.8' })
    expect(german.text).toContain('<html lang="de">')
    expect(german.words).toContain('Passwort vergessen?')
    expect((await visitor.open('/auth/ui/sign-in', { 'accept-language': 'fr' })).text).toContain('<html lang="en">')
  })

  it('ends with a sign-out', async () => {
    const { email } = await signUp(server)
    const visitor = new Visitor(server)
    const cookies = async () => visitor.browser.cookieHeader('/api/v1')
    const account = await signInAt(visitor, email)
    const stolen = await cookies()
    expect((await visitor.send(account, 'sign-out')).words).toContain('Sign in')
    expect(await cookies()).not.toContain('holdfast_access')
    expect((await server.request('GET', '/api/v1/auth/me', { headers: { cookie: stolen } })).status).toBe(401)
  })
})

describe('signing up at a page', () => {
  it('makes an account', async () => {
    const email = newEmail()
    const visitor = new Visitor(server)
    const page = await visitor.send(await visitor.open('/auth/ui/sign-up'), 'sign-up', { email, password })
    expect(page.words).toContain(`You are signed in as ${email}`)
  })

  it('tells beside each field what is wrong with it', async () => {
    const visitor = new Visitor(server)
    const page = await visitor.send(await visitor.open('/auth/ui/sign-up'), 'sign-up', {
      email: newEmail(),
      password: 'short',
    })
    expect(page.status).toBe(422)
    expect(page.text).toMatch(/id="password"[^>]*aria-invalid="true"/)
    expect(page.text).toMatch(/id="password"[^>]*aria-describedby="password-hint password-problem"/)
    expect(page.words).toContain('Too short')
  })
})

describe('an app that sends people here', () => {
  const flowOf = (verifier: string) => {
    const codeChallenge = createHash('sha256').update(verifier).digest('base64url')
    return `?${new URLSearchParams({ redirectTo: `${app}/in?state=1`, codeChallenge })}`
  }
  const exchange = (code: string, codeVerifier?: string) =>
    server.request('POST', '/api/v1/auth/oauth/exchange', { body: { code, ...(codeVerifier && { codeVerifier }) } })

  async function comeBack(visitor: Visitor, email: string, flow: string): Promise<URL> {
    const page = await visitor.open(`/auth/ui/sign-in${flow}`)
    expect(page.words).toContain('to continue to app.example.com')
    const fields = { ...hiddenFields(page.text, 'sign-in'), email, password }
    const answer = await visitor.post('/auth/ui/sign-in', fields)
    expect(answer.status, answer.text).toBe(303)
    return new URL(answer.headers.get('location')!)
  }

  it('gets them back with a code for a session', async () => {
    const { email, id } = await signUp(server)
    const verifier = randomBytes(32).toString('base64url')
    const url = await comeBack(new Visitor(server), email, flowOf(verifier))
    expect(url.origin + url.pathname).toBe(`${app}/in`)
    expect(url.searchParams.get('state')).toBe('1')
    const answer = await exchange(url.searchParams.get('code')!, verifier)
    expect(answer.status, answer.text).toBe(200)
    expect(answer.json.data.user.id).toBe(id)
    expect((await exchange(url.searchParams.get('code')!, verifier)).json.code).toBe('invalid_secret')
  })

  it('needs the verifier it began with', async () => {
    const { email } = await signUp(server)
    for (const shown of [undefined, 'another']) {
      const url = await comeBack(new Visitor(server), email, flowOf('verifier'))
      expect((await exchange(url.searchParams.get('code')!, shown)).json.code).toBe('invalid_secret')
    }
  })

  it('gives its session to one of fifty who show the code at once', async () => {
    const { email } = await signUp(server)
    const url = await comeBack(new Visitor(server), email, flowOf('verifier'))
    const code = url.searchParams.get('code')!
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(code, 'verifier')))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  })

  it('may go on with who is signed in here already, while that is fresh', async () => {
    const { email } = await signUp(server)
    const visitor = new Visitor(server)
    await signInAt(visitor, email)
    const page = await visitor.open(`/auth/ui/sign-in${flowOf('verifier')}`)
    expect(page.words).toContain(`Continue as ${email}`)
    const fields = hiddenFields(page.text, 'continue')
    const answer = await visitor.post('/auth/ui/continue', fields)
    const url = new URL(answer.headers.get('location')!)
    expect((await exchange(url.searchParams.get('code')!, 'verifier')).status).toBe(200)
    await server.database.run({
      text: `update holdfast.sessions set proven_at = now() - interval '1 hour' where transport = 'cookie'`,
      values: [],
    })
    const later = await visitor.post('/auth/ui/continue', fields)
    expect(later.headers.get('location')).toMatch(/^\/auth\/ui\/sign-in\?.*again=1/)
  })

  it('gets nothing once the session at the pages has ended', async () => {
    const { email } = await signUp(server)
    const visitor = new Visitor(server)
    const url = await comeBack(visitor, email, flowOf('verifier'))
    await visitor.send(await visitor.open('/auth/ui/account'), 'sign-out')
    expect((await exchange(url.searchParams.get('code')!, 'verifier')).json.code).toBe('invalid_secret')
  })
})

describe('a link of a mail', () => {
  it('proves an address', async () => {
    const { email } = await signUp(server)
    const { token } = await mailbox.next(email)
    const visitor = new Visitor(server)
    const page = await visitor.open(`/auth/ui/verify?token=${token}`)
    expect(page.words).toContain('Confirm your e-mail address')
    expect((await visitor.send(page, 'verify')).words).toContain('Your e-mail address is confirmed')
    expect((await visitor.send(page, 'verify')).words).toContain('no longer good')
  })

  it('says what will happen; the form does it, once', async () => {
    const { email } = await signUp(server)
    await mailbox.next(email)
    const visitor = new Visitor(server)
    const sent = await visitor.send(await visitor.open('/auth/ui/forgot'), 'forgot', { email })
    expect(sent.words).toContain('Check your mail')
    const { token } = await mailbox.next(email, 2)
    const page = await visitor.open(`/auth/ui/reset?token=${token}`)
    await visitor.open(`/auth/ui/reset?token=${token}`)
    const weak = await visitor.send(page, 'reset', { password: 'short' })
    expect(weak.status).toBe(422)
    const done = await visitor.send(weak, 'reset', { password: 'an entirely new secret' })
    expect(done.words, done.text).toContain('Your new password is set')
    const login = { body: { email, password: 'an entirely new secret' } }
    expect((await server.request('POST', '/api/v1/auth/login', login)).status).toBe(200)
    expect((await visitor.send(page, 'reset', { password: 'an entirely new secret' })).words).toContain(
      'no longer good',
    )
  })

  it('signs in, and leads on to the app that began, which alone can use the code', async () => {
    const { email, id } = await signUp(server)
    await mailbox.next(email)
    const codeChallenge = createHash('sha256').update('verifier').digest('base64url')
    const flow = new URLSearchParams({ redirectTo: `${app}/in`, codeChallenge }).toString()
    const visitor = new Visitor(server)
    const asked = await visitor.send(await visitor.open(`/auth/ui/code?${flow}`), 'code', { email, kind: 'link' })
    expect(asked.words, asked.text).toContain('Check your mail')
    const { text } = await mailbox.next(email, 2)
    const link = /http\S*\/auth\/ui\/link\?\S*/.exec(text)![0]
    const page = await visitor.open(link.slice(server.config.publicUrl.length))
    const answer = await visitor.post('/auth/ui/link', hiddenFields(page.text, 'link'))
    const url = new URL(answer.headers.get('location')!)
    expect(url.origin).toBe(app)
    const exchanged = await server.request('POST', '/api/v1/auth/oauth/exchange', {
      body: { code: url.searchParams.get('code'), codeVerifier: 'verifier' },
    })
    expect(exchanged.json.data.user.id).toBe(id)
  })

  it('has a code in its place for those who asked for that', async () => {
    const { email } = await signUp(server)
    await mailbox.next(email)
    const visitor = new Visitor(server)
    const entry = await visitor.send(await visitor.open('/auth/ui/code'), 'code', { email })
    const { code } = await mailbox.next(email, 2)
    const wrong = await visitor.send(entry, 'code/verify', { code: code === '123456' ? '654321' : '123456' })
    expect(wrong.words).toContain('This code or link is wrong')
    const done = await visitor.send(wrong, 'code/verify', { code: code! })
    expect(done.words, done.text).toContain(`You are signed in as ${email}`)
  })

  it('that is over says so', async () => {
    const visitor = new Visitor(server)
    for (const page of ['verify', 'link', 'reset', 'email', 'invite', 'team-invite'])
      for (const token of ['', 'x', `hfo_${'a'.repeat(43)}`]) {
        const answer = await visitor.open(`/auth/ui/${page}?token=${token}`)
        expect(answer.status).toBe(401)
        expect(answer.words).toContain('no longer good')
      }
  })
})

describe('the account page', () => {
  it('changes the password and ends other sessions', async () => {
    const { email, accessToken } = await signUp(server)
    const visitor = new Visitor(server)
    const account = await signInAt(visitor, email)
    const wrong = await visitor.send(account, 'account/password', {
      current: 'nonsense',
      password: 'another good secret',
    })
    expect(wrong.words).toContain('E-mail or password is wrong')
    const changed = await visitor.send(wrong, 'account/password', {
      current: password,
      password: 'another good secret',
    })
    expect(changed.words).toContain('Your password is changed')
    expect((await server.request('GET', '/api/v1/auth/me', { token: accessToken })).status).toBe(401)
  })

  it('lists sessions and ends one', async () => {
    const { email, accessToken } = await signUp(server)
    const visitor = new Visitor(server)
    const account = await signInAt(visitor, email)
    expect(account.words).toContain('this device')
    const { id } = hiddenFields(account.text, 'account/end')
    const after = await visitor.send(account, 'account/end', { id: id! })
    expect(after.words).toContain('Done.')
    expect((await server.request('GET', '/api/v1/auth/me', { token: accessToken })).status).toBe(401)
  })

  it('is for whoever is signed in', async () => {
    expect((await new Visitor(server).open('/auth/ui/account')).words).toContain('Forgot your password?')
  })

  it('goes on when the access token has expired', async () => {
    const { email } = await signUp(server)
    const visitor = new Visitor(server)
    await signInAt(visitor, email)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 20 * 60_000 })
    try {
      const account = await visitor.browser.request('GET', '/auth/ui/account')
      expect(account.headers.get('location')).toBe('/api/v1/auth/continue')
    } finally {
      vi.useRealTimers()
    }
    expect((await visitor.open('/api/v1/auth/continue')).words).toContain(`You are signed in as ${email}`)
  })
})

describe('looks', () => {
  const patch = async (body: object) => {
    const { accessToken } = await signInAdmin(server)
    return server.request('PATCH', '/api/v1/admin/settings/auth.ui', { token: accessToken, body })
  }

  it('are what admins set', async () => {
    const set = await patch({
      appName: 'Acme <b>',
      logoUrl: 'https://cdn.example.com/logo.png',
      light: { accent: '#aa0066' },
      radius: 4,
    })
    expect(set.status, set.text).toBe(200)
    const page = await new Visitor(server).open('/auth/ui/sign-in')
    expect(page.text).toContain('Acme &lt;b&gt;')
    expect(page.text).toContain('src="https://cdn.example.com/logo.png"')
    expect(page.headers.get('content-security-policy')).toContain("img-src 'self' data: https://cdn.example.com")
    const style = await server.request('GET', '/auth/ui/style.css')
    expect(style.headers.get('content-type')).toContain('text/css')
    expect(style.text).toContain('--accent: #aa0066')
    expect(style.text).toContain('--radius: 4px')
    await patch({ appName: null, logoUrl: null, light: null, radius: null })
  })

  it.each([
    { light: { accent: 'red; } body { display: none' } },
    { light: { other: '#fff' } },
    { font: 'x; } *{}' },
    { logoUrl: 'http://cdn.example.com/a.png' },
    { logoUrl: 'https://cdn.example.com/a.png; script-src *' },
    { logoUrl: 'javascript:alert(1)' },
    { radius: 3.5 },
    { css: 'body{}' },
  ])('are not %j', async (body) => {
    expect((await patch(body)).json).toMatchObject({ status: 422, code: 'validation_failed' })
  })
})
