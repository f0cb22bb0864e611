import type { Express } from 'express'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DirectRoutes } from '../../../src/platform/http/index.js'
import { Authenticator, addTotp, beginSignIn, fromAnywhere, verify } from '../../api/auth/authenticator.js'
import { adminEnv, me, type Person, password, refresh, signInAdmin, signUp } from '../../api/auth/people.js'
import { type Mailbox, startMailbox } from '../../api/mail/mailbox.js'
import { startServer, type TestResponse, type TestServer } from '../../support/index.js'
import { openSocket } from '../../support/realtime.js'

let mailbox: Mailbox
let server: TestServer
let other: TestServer
let admin: Person
beforeAll(async () => {
  mailbox = await startMailbox()
  const env = {
    ...adminEnv,
    ...mailbox.env,
    PUBLIC_URL: 'http://holdfast.test',
    DATABASE_POOL_SIZE: '10',
    TRUSTED_PROXIES: '127.0.0.1',
  }
  server = await startServer(env)
  other = await startServer({ ...env, DATABASE_URL: server.databaseUrl })
  admin = await signInAdmin(server)
  const body = { verifyOnSignUp: false }
  await server.request('PATCH', '/api/v1/admin/settings/auth.email', { token: admin.accessToken, body })
})
afterAll(async () => {
  await other?.stop()
  await server?.stop()
  await mailbox?.close()
})

const post = (path: string, body: unknown, token?: string) =>
  server.request('POST', `/api/v1/auth/${path}`, { body, token, headers: fromAnywhere() })
const parallel = (count: number, ask: (index: number) => Promise<TestResponse>): Promise<TestResponse[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => ask(index)))
const successes = (answers: readonly TestResponse[]) => answers.filter(({ status }) => status < 300).length
async function expectTokens(ask: () => Promise<TestResponse>): Promise<string> {
  const { status, text, json } = await ask()
  expect(status, text).toBe(200)
  return json.data.accessToken
}
/** As if nobody had guessed today. */
const forgetTries = ({ id }: Person) =>
  server.database.run({ text: `delete from holdfast.code_tries where subject = $1`, values: [id] })
const prove = ({ email }: Person, userId: string) =>
  server.database.run({
    text: `insert into holdfast.accounts (user_id, verified_email, verified_at) values ($1, $2, now())`,
    values: [userId, email],
  })

describe('A134: guessing a code of an authenticator app', () => {
  it('ends a sign-in after five tries, right ones too', async () => {
    const person = await signUp(server)
    const { app } = await addTotp(server, person)
    const mfaToken = await beginSignIn(server, person)
    for (let tries = 0; tries < 5; tries += 1)
      expect((await verify(server, mfaToken, app.wrongCode())).status).toBe(401)
    const late = await verify(server, mfaToken, await app.freshCode())
    expect(late.json).toMatchObject({ code: 'invalid_secret', errors: [{ path: 'mfaToken' }] })
  })

  it('is stopped for the account, over fresh sign-ins, nodes and ways to prove', async () => {
    const person = await signUp(server)
    const { app, recoveryCodes } = await addTotp(server, person)
    const answers: number[] = []
    for (let round = 0; round < 4; round += 1) {
      const mfaToken = await beginSignIn(server, person)
      const node = round % 2 === 0 ? server : other
      for (let tries = 0; tries < 5; tries += 1) answers.push((await verify(node, mfaToken, app.wrongCode())).status)
    }
    expect(answers).toEqual([...Array(15).fill(401), ...Array(5).fill(429)])
    const right = await verify(other, await beginSignIn(server, person), await app.freshCode())
    expect(right.json.code).toBe('rate_limited')
    expect((await post('step-up', { code: await app.freshCode() }, person.accessToken)).json.code).toBe('rate_limited')
    // Its owner is not locked out: what cannot be guessed still works.
    expect((await verify(server, await beginSignIn(server, person), recoveryCodes[0]!)).status).toBe(200)
    const still = await verify(server, await beginSignIn(server, person), await app.freshCode())
    expect(still.json.code).toBe('rate_limited')
  })

  it('is no faster in parallel', async () => {
    const person = await signUp(server)
    const { app } = await addTotp(server, person)
    const tokens = await Promise.all(Array.from({ length: 10 }, () => beginSignIn(server, person)))
    const answers = await parallel(50, (index) =>
      verify(index % 2 === 0 ? server : other, tokens[index % 10]!, app.wrongCode()),
    )
    expect(answers.filter(({ json }) => json.errors?.[0].path === 'code').length).toBeLessThanOrEqual(15)
    expect(successes(answers)).toBe(0)
  })
})

describe('A136: recovery codes', () => {
  it('are good for one of fifty who show one at once', async () => {
    const person = await signUp(server)
    const { recoveryCodes } = await addTotp(server, person)
    const tokens = await Promise.all(Array.from({ length: 50 }, () => beginSignIn(server, person)))
    const answers = await parallel(50, (index) => verify(server, tokens[index]!, recoveryCodes[0]!))
    expect(successes(answers)).toBe(1)
    expect((await verify(server, await beginSignIn(server, person), recoveryCodes[0]!)).status).toBe(401)
  })

  it('are void once there are new ones, however many are made at once', async () => {
    const person = await signUp(server)
    const { recoveryCodes } = await addTotp(server, person)
    const made = await parallel(5, () => post('mfa/recovery-codes', {}, person.accessToken))
    expect(successes(made)).toBe(5)
    const mfa = await server.request('GET', '/api/v1/auth/mfa', { token: person.accessToken })
    expect(mfa.json.data.recoveryCodesLeft).toBe(10)
    expect((await verify(server, await beginSignIn(server, person), recoveryCodes[1]!)).status).toBe(401)
  })

  it('are of one user, and in the database only as keyed hashes; secrets of apps are encrypted', async () => {
    const [ada, ben] = [await signUp(server), await signUp(server)]
    const { recoveryCodes } = await addTotp(server, ada)
    const begun = await post('mfa/totp', {}, ben.accessToken)
    await addTotp(server, ben)
    expect((await verify(server, await beginSignIn(server, ben), recoveryCodes[0]!)).status).toBe(401)
    const dump = await server.database.run({
      text: `select (select string_agg(f::text, '') from holdfast.factors f)
        || (select string_agg(encode(r.hash, 'hex') || encode(r.hash, 'escape'), '') from holdfast.recovery_codes r)`,
      values: [],
    })
    expect(dump.rows[0]![0]).not.toContain(recoveryCodes[0])
    expect(dump.rows[0]![0]).not.toContain(begun.json.data.secret)
  })
})

describe('A137: a code of an authenticator app', () => {
  it('is good for one of fifty who show it at once, in sign-ins of their own', async () => {
    const person = await signUp(server)
    const { app } = await addTotp(server, person)
    const tokens = await Promise.all(Array.from({ length: 50 }, () => beginSignIn(server, person)))
    const code = await app.freshCode()
    // Of fifty only fifteen are let try at all, and still only one gets in.
    const answers = await parallel(50, (index) => verify(index % 2 === 0 ? server : other, tokens[index]!, code))
    expect(successes(answers)).toBe(1)
  })

  it('is not taken again, nor one of before it', async () => {
    const person = await signUp(server)
    const { app } = await addTotp(server, person)
    const code = await app.freshCode()
    const before = app.code(-1)
    expect((await verify(server, await beginSignIn(server, person), code)).status).toBe(200)
    for (const used of [code, before])
      expect((await verify(server, await beginSignIn(server, person), used)).json.code).toBe('invalid_secret')
    expect((await post('step-up', { code }, person.accessToken)).json.code).toBe('invalid_secret')
  })

  it('that confirmed the app does not sign in besides', async () => {
    const person = await signUp(server)
    const begun = await post('mfa/totp', {}, person.accessToken)
    const code = new Authenticator(server, person.id, begun.json.data.secret).code()
    const confirmed = await parallel(20, () => post('mfa/totp/confirm', { code }, person.accessToken))
    expect(successes(confirmed)).toBe(1)
    expect((await verify(server, await beginSignIn(server, person), code)).status).toBe(401)
  })

  it('is of the time of the server, one step around it', async () => {
    const person = await signUp(server)
    const { app } = await addTotp(server, person)
    await app.freshCode()
    for (const away of [-5, -3, 3, 5]) {
      const mfaToken = await beginSignIn(server, person)
      const body = { mfaToken, code: app.code(away) }
      const date = new Date(Date.now() + away * 30_000).toUTCString()
      const answer = await server.request('POST', '/api/v1/auth/mfa/verify', {
        body,
        headers: { date, ...fromAnywhere() },
      })
      expect(answer.json.code).toBe('invalid_secret')
      const timed = await post('mfa/verify', { ...body, time: Date.now() + away * 30_000 })
      expect(timed.json.code).toBe('unknown_field')
    }
  })
})

describe('A138: with a first factor alone', () => {
  interface Layer {
    readonly route?: { readonly path: string; readonly stack: readonly { readonly method: string }[] }
  }
  /** Every route of the server, as a method and a path that can be asked for. */
  function listRoutes(): [string, string][] {
    const { router } = server.app.getHttpAdapter().getInstance() as Express
    const routes = (router.stack as unknown as Layer[]).flatMap(({ route }) =>
      route ? route.stack.map(({ method }) => [method.toUpperCase(), route.path] as [string, string]) : [],
    )
    const direct = server.app.get(DirectRoutes).all.map(({ method, path }) => [method, path] as [string, string])
    return [...routes, ...direct]
      .map(([method, path]): [string, string] => [
        method,
        path.replace('{collection}', 'users').replaceAll(/:\w+|\{\w+\}/g, '01890000-0000-7000-8000-000000000001'),
      ])
      .filter(([, path]) => path.startsWith('/api/v1/'))
  }

  it('the token of the pending sign-in opens no route', async () => {
    const person = await signUp(server)
    await addTotp(server, person)
    const token = await beginSignIn(server, person)
    const routes = listRoutes()
    expect(routes.length).toBeGreaterThan(60)
    const open: string[] = []
    for (const [method, path] of routes) {
      const body = method === 'GET' || method === 'DELETE' ? undefined : {}
      const { status } = await server.request(method, path, { token, body })
      if (status !== 401) open.push(`${method} ${path} ${status}`)
    }
    // Probes and the document of the API ask nobody who they are, or say that the token is none.
    expect(open.filter((route) => !/health|\/docs/.test(route))).toEqual([])
  })

  it('nor does it refresh, connect, step up, or serve as another secret', async () => {
    const person = await signUp(server)
    await addTotp(server, person)
    const token = await beginSignIn(server, person)
    expect((await refresh(server, token)).json.code).toBe('invalid_refresh_token')
    await expect(openSocket(server, { token })).rejects.toMatchObject({ status: 401 })
    for (const path of ['magic-link/verify', 'password/reset', 'email/verify', 'oauth/exchange']) {
      const answer = await post(path, { token, code: token, password: 'a completely new password' })
      expect(answer.status, path).toBeGreaterThanOrEqual(400)
    }
    for (const cookie of ['holdfast_session', '__Host-holdfast_access', 'holdfast_access']) {
      const answer = await server.request('GET', '/api/v1/auth/me', { headers: { cookie: `${cookie}=${token}` } })
      expect(answer.status).toBe(401)
    }
  })

  it('no factor is set up where there is one', async () => {
    const person = await signUp(server)
    const { app } = await addTotp(server, person)
    const mfaToken = await beginSignIn(server, person)
    for (const path of ['mfa/totp', 'passkeys/register/options'])
      expect((await post(path, { mfaToken })).json.code, path).toBe('forbidden')
    expect((await post('mfa/totp/confirm', { mfaToken, code: await app.freshCode() })).json.code).toBe('forbidden')
    const factors = await server.database.run({
      text: 'select count(*)::int from holdfast.factors where user_id = $1',
      values: [person.id],
    })
    expect(factors.rows[0]![0]).toBe(1)
  })

  it('two who only know the password do not both set one up', async () => {
    const person = await signUp(server)
    await server.request('POST', '/api/v1/admin/roles', {
      token: admin.accessToken,
      body: { name: 'strict', secondFactor: true },
    })
    await server.request('PUT', `/api/v1/admin/users/${person.id}/roles`, {
      token: admin.accessToken,
      body: { roles: ['strict'] },
    })
    const [first, second] = [await beginSignIn(server, person), await beginSignIn(server, person)]
    const begun = await post('mfa/totp', { mfaToken: first })
    const code = new Authenticator(server, person.id, begun.json.data.secret).code()
    const answers = await parallel(6, (index) =>
      post('mfa/totp/confirm', { mfaToken: index % 2 === 0 ? first : second, code }),
    )
    expect(successes(answers)).toBe(1)
    expect((await post('mfa/totp', { mfaToken: second })).status).toBeGreaterThanOrEqual(401)
  })

  it('a link or a code of a mail asks for the second factor, too', async () => {
    const person = await signUp(server)
    await prove(person, person.id)
    const { app } = await addTotp(server, person)
    const seen = (await mailbox.next(person.email)) && 1
    await post('magic-link', { email: person.email })
    const link = await mailbox.next(person.email, seen + 1)
    const byLink = await post('magic-link/verify', { token: link.token })
    expect(byLink.json.data).toEqual({ mfaToken: expect.any(String), factors: ['totp', 'recovery'] })
    await post('otp', { email: person.email })
    const mail = await mailbox.next(person.email, seen + 2)
    const byCode = await post('otp/verify', { email: person.email, code: /\b\d{6}\b/.exec(mail.text)![0] })
    expect(byCode.json.data).toEqual({ mfaToken: expect.any(String), factors: ['totp', 'recovery'] })
    expect((await verify(server, byCode.json.data.mfaToken, await app.freshCode())).status).toBe(200)
  })

  it('a password that is reset asks for the second factor, too', async () => {
    const person = await signUp(server)
    await prove(person, person.id)
    await addTotp(server, person)
    await mailbox.next(person.email)
    await post('password/forgot', { email: person.email })
    const { token } = await mailbox.next(person.email, 2)
    expect((await post('password/reset', { token, password: 'a completely new password' })).status).toBe(204)
    const anew = await post('login', { email: person.email, password: 'a completely new password' })
    expect(anew.json.data.factors).toEqual(['totp', 'recovery'])
    expect(anew.json.data.accessToken).toBeUndefined()
  })

  it('a session whose second factor is old does not make it fresh by changing the password', async () => {
    const person = await signUp(server)
    const { id } = await addTotp(server, person)
    await server.database.run({
      text: `update holdfast.sessions set second_factor_at = now() - interval '1 hour' where user_id = $1`,
      values: [person.id],
    })
    const body = { current: password, password: 'a completely new password' }
    const changed = await expectTokens(() => post('password/change', body, person.accessToken))
    const gone = await server.request('DELETE', `/api/v1/auth/mfa/${id}`, { token: changed })
    expect(gone.json.code).toBe('step_up_required')
  })

  it('a sign-in is over once the password changes', async () => {
    const person = await signUp(server)
    const { app, recoveryCodes } = await addTotp(server, person)
    const mfaToken = await beginSignIn(server, person)
    const body = { current: password, password: 'a completely new password' }
    expect((await post('password/change', body, person.accessToken)).status).toBe(200)
    const answer = await verify(server, mfaToken, await app.freshCode())
    expect(answer.json).toMatchObject({ status: 401, code: 'invalid_secret', errors: [{ path: 'mfaToken' }] })
    // What failed used nothing up.
    const anew = await post('login', { email: person.email, password: 'a completely new password' })
    expect((await verify(server, anew.json.data.mfaToken, recoveryCodes[0]!)).status).toBe(200)
  })

  it('a sign-in is finished once, of fifty who try at once', async () => {
    const person = await signUp(server)
    const { recoveryCodes } = await addTotp(server, person)
    const mfaToken = await beginSignIn(server, person)
    const answers = await parallel(50, (index) => verify(server, mfaToken, recoveryCodes[index % 10]!))
    expect(successes(answers)).toBe(1)
    const mfa = await server.request('GET', '/api/v1/auth/mfa', { token: person.accessToken })
    expect(mfa.json.data.recoveryCodesLeft).toBe(9)
  })

  it('a sign-in of one is not finished by a code of another', async () => {
    const [ada, mallory] = [await signUp(server), await signUp(server)]
    await addTotp(server, ada)
    const { app, recoveryCodes } = await addTotp(server, mallory)
    const mfaToken = await beginSignIn(server, ada)
    expect((await verify(server, mfaToken, await app.freshCode())).status).toBe(401)
    expect((await verify(server, mfaToken, recoveryCodes[0]!)).status).toBe(401)
    await forgetTries(ada)
  })
})

describe('A142: factors of others', () => {
  it('are not there', async () => {
    const [ada, mallory] = [await signUp(server), await signUp(server)]
    const { id } = await addTotp(server, ada)
    await addTotp(server, mallory)
    const gone = await server.request('DELETE', `/api/v1/auth/mfa/${id}`, { token: mallory.accessToken })
    const none = await server.request('DELETE', '/api/v1/auth/mfa/01890000-0000-7000-8000-000000000001', {
      token: mallory.accessToken,
    })
    expect([gone.status, gone.json.detail]).toEqual([404, none.json.detail])
    const mfa = await server.request('GET', '/api/v1/auth/mfa', { token: ada.accessToken })
    expect(mfa.json.data.factors).toMatchObject([{ id }])
  })

  it('stay where a role requires the last one, also when two are removed at once', async () => {
    const person = await signUp(server)
    const [first, second] = [await addTotp(server, person), await addTotp(server, person)]
    await server.request('POST', '/api/v1/admin/roles', {
      token: admin.accessToken,
      body: { name: 'kept', secondFactor: true },
    })
    const roles = { token: admin.accessToken, body: { roles: ['kept'] } }
    await server.request('PUT', `/api/v1/admin/users/${person.id}/roles`, roles)
    const answers = await parallel(2, (index) =>
      server.request('DELETE', `/api/v1/auth/mfa/${[first, second][index]!.id}`, { token: person.accessToken }),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 409])
    expect((await me(server, person.accessToken)).status).toBe(200)
  })
})
