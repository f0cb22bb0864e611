import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  adminEnv,
  me,
  newEmail,
  type Person,
  password,
  refresh,
  signIn,
  signInAdmin,
  signUp,
} from '../../api/auth/people.js'
import { type Mailbox, startMailbox } from '../../api/mail/mailbox.js'
import { startServer, type TestServer } from '../../support/index.js'
import { type Answer, type Call, callFrom } from './call-from.js'

let server: TestServer
let mailbox: Mailbox
beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env, CORS_ORIGINS: 'https://app.example.com' })
  const { accessToken } = await signInAdmin(server)
  const body = { verifyOnSignUp: false }
  await server.request('PATCH', '/api/v1/admin/settings/auth.email', { token: accessToken, body })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

let network = 0
const anywhere = () => `127.${40 + Math.floor(++network / 250)}.${(network % 250) + 1}.1`
const post = (path: string, body?: unknown, call: Call = {}): Promise<Answer> =>
  callFrom(server, `/api/v1/auth/${path}`, body, { from: anywhere(), ...call })
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
const next = 'a completely new password'

/** Asks for a mail, and gives the one that came of it. */
async function mailOf(path: string, email: string, call: Call = {}, body: object = { email }) {
  const before = mailbox.to(email).length
  const answer = await post(path, body, call)
  expect(answer.status, answer.text).toBe(204)
  return mailbox.next(email, before + 1)
}

interface Secret {
  /** Gets one. */
  issue(person: Person): Promise<unknown>
  /** Shows it. */
  use(secret: unknown, call?: Call): Promise<Answer>
}

const byToken = (asking: string, using: string, more: object = {}): Secret => ({
  issue: async ({ email, accessToken }) => (await mailOf(asking, email, bearer(accessToken))).token,
  use: (token, call) => post(using, { token, ...more }, call),
})

const secrets: Record<string, Secret> = {
  'password reset': byToken('password/forgot', 'password/reset', { password: next }),
  verification: byToken('verify/request', 'verify'),
  'magic link': byToken('magic-link', 'magic-link/verify'),
  'e-mail change': {
    issue: async ({ accessToken }) => {
      const email = newEmail()
      return (await mailOf('email/change', email, bearer(accessToken), { email })).token
    },
    use: (token, call) => post('email/confirm', { token }, call),
  },
  code: {
    issue: async ({ email }) => ({ email, code: (await mailOf('otp', email)).code }),
    use: (given, call) => post('otp/verify', given, call),
  },
}

describe.each(Object.entries(secrets))('a secret for one use: %s', (_, { issue, use }) => {
  it('lets one of fifty in who show it at once', async () => {
    const secret = await issue(await signUp(server))
    const answers = await Promise.all(Array.from({ length: 50 }, () => use(secret)))
    const statuses = answers.map(({ status }) => status)
    expect(statuses.filter((status) => status < 300)).toHaveLength(1)
    expect(new Set(statuses.filter((status) => status >= 300))).toEqual(new Set([401]))
  })

  it('is nothing for any other purpose, nor as a token of a session (A113, A146)', async () => {
    const person = await signUp(server)
    const secret = await issue(person)
    const token = typeof secret === 'string' ? secret : (secret as { code: string }).code
    for (const [name, other] of Object.entries(secrets)) {
      if (other.use === use) continue
      const shown = name === 'code' ? { email: person.email, code: '123456' } : token
      expect((await other.use(shown)).status, name).toBeOneOf([401, 422])
    }
    for (const path of ['refresh', 'logout'])
      expect((await post(path, { refreshToken: token })).status).toBeOneOf([204, 401])
    expect((await me(server, token)).status).toBe(401)
    expect((await post('mfa/verify', { mfaToken: token, code: '123456' })).status).toBeOneOf([401, 404, 422])
    expect((await use(secret)).status).toBeLessThan(300)
  })

  it('A144: is not used up by what mail scanners do', async () => {
    const secret = await issue(await signUp(server))
    const token = typeof secret === 'string' ? secret : (secret as { code: string }).code
    for (const page of ['reset', 'verify', 'link', 'email'])
      for (const method of ['GET', 'HEAD', 'OPTIONS'])
        await callFrom(server, `/auth/ui/${page}?token=${token}`, undefined, { method, from: anywhere() })
    for (const path of ['password/reset', 'verify', 'magic-link/verify', 'email/confirm', 'otp/verify'])
      expect((await post(`${path}?token=${token}`, undefined, { method: 'GET' })).status).toBeOneOf([404, 405])
    expect((await use(secret)).status).toBeLessThan(300)
  })

  it('is not in the database as it is in the mail', async () => {
    const secret = await issue(await signUp(server))
    const token = typeof secret === 'string' ? secret : (secret as { code: string }).code
    const { rows } = await server.database.run({
      text: `select s::text from holdfast.one_time_secrets s union all select data::text from holdfast_jobs.job`,
      values: [],
    })
    expect(rows.length).toBeGreaterThan(0)
    // Six digits may stand anywhere by chance: a code is looked for where it would be quoted.
    const needle = typeof secret === 'string' ? token : `"${token}"`
    expect(JSON.stringify(rows)).not.toContain(needle)
  })
})

describe('A134: guessing a code', () => {
  const guess = (email: string, code: string) => post('otp/verify', { email, code })
  const other = (code: string, n: number) => String((Number(code) + n) % 1_000_000).padStart(6, '0')

  it('ends after five tries, wherever they come from', async () => {
    const email = newEmail()
    const { code } = await mailOf('otp', email)
    for (let n = 1; n <= 5; n += 1) expect((await guess(email, other(code!, n))).status).toBe(401)
    expect((await guess(email, code!)).status).toBe(401)
  })

  it('gains nothing from trying all at once', async () => {
    const email = newEmail()
    const { code } = await mailOf('otp', email)
    await Promise.all(Array.from({ length: 60 }, (_, n) => guess(email, other(code!, n + 1))))
    expect((await guess(email, code!)).status).toBe(401)
  })

  it('does not get in the way of who has the right one at that moment', async () => {
    const { email } = await signUp(server)
    const { code } = await mailOf('otp', email)
    expect((await guess(email, other(code!, 1))).status).toBe(401)
    // As on a busy machine: who tries a code has counted that, and not looked at the code yet.
    const run = (text: string) => server.database.run({ text, values: [] })
    await run(`create function holdfast.dawdle() returns trigger language plpgsql
      as 'begin perform pg_sleep(0.1); return new; end'`)
    await run(`create trigger dawdle before update on holdfast.code_tries
      for each row execute function holdfast.dawdle()`)
    try {
      const codes = [code!, other(code!, 2), other(code!, 3), other(code!, 4)]
      const answers = await Promise.all(codes.map((each) => guess(email, each)))
      expect(answers.map(({ status }) => status)).toEqual([200, 401, 401, 401])
    } finally {
      await run('drop function holdfast.dawdle cascade')
    }
  })

  it('gains little from asking for new codes: so many in an hour, and so many tries in a day', async () => {
    const email = newEmail()
    const statuses: number[] = []
    const from = anywhere()
    for (let n = 0; n < 8; n += 1) statuses.push((await post('otp', { email }, { from })).status)
    expect(statuses).toEqual([204, 204, 204, 204, 204, 429, 429, 429])
    // From wherever one asks, it is thirty an hour.
    for (let n = 5; n < 30; n += 1) expect((await post('otp', { email })).status).toBe(204)
    expect((await post('otp', { email })).status).toBe(429)
    await mailbox.next(email, 30)
    await server.database.run({
      text: `insert into holdfast.code_tries (purpose, subject, tries) values ('email.code', $1, 50)
             on conflict (purpose, subject) do update set tries = 50`,
      values: [email],
    })
    const { code } = mailbox.to(email).at(-1)!
    expect((await guess(email, code!)).status).toBe(401)
  })

  it('A146: a code is for the address it was sent to', async () => {
    const [mine, yours] = [newEmail(), (await signUp(server)).email]
    const { code } = await mailOf('otp', mine)
    await mailOf('otp', yours)
    const yourCode = mailbox.to(yours).at(-1)!.code
    if (code !== yourCode) expect((await guess(yours, code!)).status).toBe(401)
    expect((await guess(mine, code!)).json.data.user.email).toBe(mine)
  })
})

describe('A102: links of mails', () => {
  it.each([
    { host: 'evil.example' },
    { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
    { forwarded: 'host=evil.example', 'x-original-host': 'evil.example' },
  ])('lead to the configured server, whatever %j says', async (headers) => {
    const { email } = await signUp(server)
    const answer = await post('password/forgot', { email }, { headers: headers as unknown as Record<string, string> })
    expect(answer.status).toBeOneOf([204, 400, 421])
    if (answer.status !== 204) return
    const mail = await mailbox.next(email)
    expect(mail.text + mail.html).not.toContain('evil')
    expect(mail.text).toContain(`${server.config.publicUrl}/auth/ui/reset?token=`)
  })
})

describe('A104: what is not asked for', () => {
  it.each(['collection', 'userId', 'url', 'role', 'template', 'subject', 'html', 'locale', 'to'])(
    '%s is refused with a forgotten password and its reset',
    async (name) => {
      for (const path of ['password/forgot', 'password/reset', 'magic-link', 'otp', 'verify/request']) {
        const body = { email: newEmail(), ...(path.endsWith('reset') && { token: 'x', password: next }), [name]: 'x' }
        if (path.endsWith('reset')) delete (body as { email?: string }).email
        expect((await post(path, body)).json, path).toMatchObject({ status: 400, code: 'unknown_field' })
      }
    },
  )

  it('a second address, a list or an object in its place is refused', async () => {
    const { email } = await signUp(server)
    for (const given of [
      [email, 'eve@example.com'],
      { $ne: null },
      `${email},eve@example.com`,
      `${email}\r\nBcc: eve@example.com`,
      `${email} eve@example.com`,
    ])
      expect((await post('password/forgot', { email: given })).status).toBe(422)
    expect(mailbox.to('eve@example.com')).toEqual([])
  })

  it('markup in the place to go on to is no markup of the mail', async () => {
    const { email } = await signUp(server)
    const redirectTo = 'https://app.example.com/"><script>alert(1)</script>?a=<b>#{{app}}'
    const { html } = await mailOf('password/forgot', email, {}, { email, redirectTo })
    expect(html).not.toMatch(/<script|<b>|\{\{/)
  })
})

describe('A105: after a reset', () => {
  it('every token of before is over', async () => {
    const person = await signUp(server)
    const { email } = person
    const other = await signIn(server, email)
    const link = (await mailOf('magic-link', email)).token
    const change = newEmail()
    const changing = (await mailOf('email/change', change, bearer(person.accessToken), { email: change })).token
    const verification = (await mailOf('verify/request', email)).token
    const { token } = await mailOf('password/forgot', email)
    // A refresh that races with the reset may win: what it gives is over all the same.
    const [, raced] = await Promise.all([
      post('password/reset', { token, password: next }),
      refresh(server, other.refreshToken),
    ])
    for (const { accessToken, refreshToken } of [person, other, ...(raced.status === 200 ? [raced.json.data] : [])]) {
      expect((await me(server, accessToken)).status).toBe(401)
      expect((await refresh(server, refreshToken)).status).toBe(401)
    }
    expect((await post('magic-link/verify', { token: link })).status).toBe(401)
    expect((await post('email/confirm', { token: changing })).status).toBe(401)
    expect((await post('verify', { token: verification })).status).toBe(401)
    expect((await post('login', { email, password })).status).toBe(401)
    await signIn(server, email, next)
  })

  it('and after a change of the password, too', async () => {
    const person = await signUp(server)
    const { email } = person
    const link = (await mailOf('magic-link', email)).token
    const resetting = (await mailOf('password/forgot', email)).token
    const { code } = await mailOf('otp', email)
    const { json } = await post('password/change', { current: password, password: next }, bearer(person.accessToken))
    for (const { accessToken, refreshToken } of [person]) {
      expect((await me(server, accessToken)).status).toBe(401)
      expect((await refresh(server, refreshToken)).status).toBe(401)
    }
    expect((await me(server, json.data.accessToken)).status).toBe(200)
    expect((await post('magic-link/verify', { token: link })).status).toBe(401)
    expect((await post('password/reset', { token: resetting, password: 'something else of it' })).status).toBe(401)
    expect((await post('otp/verify', { email, code })).status).toBe(401)
  })

  it('a second factor of a proven account is still asked for (A138)', async () => {
    const { id, email } = await signUp(server)
    const run = (text: string, values: unknown[]) => server.database.run({ text, values })
    await run('insert into holdfast.accounts (user_id, verified_email) values ($1, $2)', [id, email])
    await run(
      `insert into holdfast.factors (id, user_id, kind, name, confirmed_at) values (gen_random_uuid(), $1, 'totp', 'x', now())`,
      [id],
    )
    const { token } = await mailOf('password/forgot', email)
    expect((await post('password/reset', { token, password: next })).status).toBe(204)
    const { json } = await post('login', { email, password: next })
    expect(Object.keys(json.data).sort()).toEqual(['factors', 'mfaToken'])
  })

  it('A120: what a stranger set before the first proof is gone, the new password stays', async () => {
    const stranger = await signUp(server)
    await server.database.run({
      text: `insert into holdfast.factors (id, user_id, kind, name, confirmed_at) values (gen_random_uuid(), $1, 'totp', 'x', now())`,
      values: [stranger.id],
    })
    const { token } = await mailOf('password/forgot', stranger.email)
    expect((await post('password/reset', { token, password: next })).status).toBe(204)
    expect((await me(server, stranger.accessToken)).status).toBe(401)
    await signIn(server, stranger.email, next)
  })
})

describe('A117: spellings of an address', () => {
  it('are one account, and mails go to the address as it is stored', async () => {
    const local = `grace${Date.now()}`
    const stored = `${local}@xn--bcher-kva.example`
    await server.request('POST', '/api/v1/auth/signup', { body: { email: `${local}@bücher.example`, password } })
    for (const spelling of [
      `${local.toUpperCase()}@BÜCHER.example`,
      `${local}@bu\u0308cher.example`,
      `${local.replace('g', 'ｇ')}@bücher.example`,
      ` ${stored} `,
    ]) {
      const again = await post('signup', { email: spelling, password })
      expect([again.status, again.json.code], spelling).toEqual([409, 'unique_violation'])
      const mail = await mailOf('magic-link', stored, {}, { email: spelling })
      expect(mail.to).toBe(stored)
    }
  })

  it('that are other addresses are other accounts', async () => {
    const email = newEmail()
    const tagged = email.replace('@', '+tag@')
    await signUp(server, email)
    const { code } = await mailOf('otp', tagged)
    expect((await post('otp/verify', { email, code })).status).toBe(401)
    expect((await post('otp/verify', { email: tagged, code })).json.data.user.email).toBe(tagged)
  })
})

describe('A118: changing the address', () => {
  it('is for the own account, and by both links where the old one is proven', async () => {
    const [mine, yours] = [await signUp(server), await signUp(server)]
    const email = newEmail()
    for (const more of [{ userId: yours.id }, { id: yours.id }, { oldEmail: yours.email }])
      expect((await post('email/change', { email, ...more }, bearer(mine.accessToken))).json.code).toBe('unknown_field')
    await server.database.run({
      text: 'insert into holdfast.accounts (user_id, verified_email) values ($1, $2)',
      values: [mine.id, mine.email],
    })
    const toNew = await mailOf('email/change', email, bearer(mine.accessToken), { email })
    const toOld = await mailbox.next(mine.email)
    expect((await post('email/confirm', { token: toNew.token })).json.data.waitingFor).toBe('old')
    expect((await post('email/confirm', { token: toNew.token })).status).toBe(401)
    expect((await me(server, mine.accessToken)).json.data.email).toBe(mine.email)
    const later = newEmail()
    await mailOf('email/change', later, bearer(mine.accessToken), { email: later })
    expect((await post('email/confirm', { token: toOld.token })).status).toBe(401)
    expect((await me(server, mine.accessToken)).json.data.email).toBe(mine.email)
  })

  it('happens once when both links are followed at once', async () => {
    const person = await signUp(server)
    await server.database.run({
      text: 'insert into holdfast.accounts (user_id, verified_email) values ($1, $2)',
      values: [person.id, person.email],
    })
    const email = newEmail()
    const toNew = await mailOf('email/change', email, bearer(person.accessToken), { email })
    const toOld = await mailbox.next(person.email)
    const answers = await Promise.all([toNew, toOld].map(({ token }) => post('email/confirm', { token })))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    expect(answers.filter(({ json }) => json.data.waitingFor === null)).toHaveLength(1)
    expect((await me(server, person.accessToken)).json.data.email).toBe(email)
  })
})

describe('A116: nothing that signs in', () => {
  it('is shown to admins in the list of jobs', async () => {
    const { email } = await signUp(server)
    const { token } = await mailOf('magic-link', email)
    const { accessToken } = await signInAdmin(server)
    const { text } = await server.request('GET', '/api/v1/admin/jobs', { token: accessToken })
    expect(text).toContain('accounts.mail')
    expect(text).not.toContain(token)
    expect(text).not.toContain(email)
  })
})
