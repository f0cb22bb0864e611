import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, me, type Person, signInAdmin, signUp } from './people.js'
import { askForCode, fromElsewhere, newPhone, PhoneProvider, phoneEnv, signInByPhone, verify, wrong } from './phones.js'

let server: TestServer
let admin: Person
let provider: PhoneProvider
beforeAll(async () => {
  provider = await PhoneProvider.start()
  server = await startServer({ ...adminEnv, ...phoneEnv })
  admin = await signInAdmin(server)
  await provider.setUp(server, admin.accessToken)
})
afterAll(async () => {
  await server.stop()
  provider.receiver.close()
})

const post = (path: string, token: string, body: object) =>
  server.request('POST', `/api/v1/auth/phone/${path}`, { token, body, headers: fromElsewhere() })

describe('signing in by phone', () => {
  it('makes an account with the first code, and signs in the same user with the next', async () => {
    const phone = newPhone()
    const first = await signInByPhone(server, provider, phone)
    expect(first.user).toMatchObject({ email: null })
    const second = await signInByPhone(server, provider, `${phone.slice(0, 6)} ${phone.slice(6)}`.replace(' ', ''))
    expect(second.user.id).toBe(first.user.id)
    expect((await me(server, second.accessToken)).json.data.id).toBe(first.user.id)
  })

  it('knows one number however it is written', async () => {
    const phone = newPhone()
    await askForCode(server, `${phone.slice(0, 3)} (0) ${phone.slice(3, 7)} / ${phone.slice(7)}`)
    const code = await provider.codeFor(phone)
    expect((await verify(server, phone, code)).status).toBe(200)
  })

  it('writes the message in the language asked for, or in English', async () => {
    const templates = { de: '{code} ist dein Code für {app}' }
    await provider.setUp(server, admin.accessToken, { templates })
    const [german, french] = [newPhone(), newPhone()]
    await askForCode(server, german, { locale: 'de-AT' })
    await askForCode(server, french, { locale: 'fr' })
    const code = await provider.codeFor(german)
    await provider.codeFor(french)
    expect(provider.messagesTo(german)[0]!.text).toMatch(new RegExp(`^${code} ist dein Code für [\\w.:]+$`))
    expect(provider.messagesTo(french)[0]!.text).toContain('is your code for')
  })

  it.each([
    [{}, 422, 'validation_failed'],
    [{ phone: '0151 2345678' }, 422, 'validation_failed'],
    [{ phone: 7 }, 422, 'validation_failed'],
    [{ phone: '+1 213 373 4253' }, 422, 'validation_failed'],
    [{ phone: '+4915112345678', to: '+4915112345679' }, 400, 'unknown_field'],
  ])('refuses %j', async (body, status, code) => {
    const answer = await server.request('POST', '/api/v1/auth/phone', { body, headers: fromElsewhere() })
    expect(answer.json).toMatchObject({ status, code })
  })

  it('is an upgrade for an anonymous user, who keeps the id', async () => {
    const anonymous = await server.request('POST', '/api/v1/auth/anonymous')
    const { accessToken, user } = anonymous.json.data
    const phone = newPhone()
    await askForCode(server, phone)
    const answer = await verify(server, phone, await provider.codeFor(phone), accessToken)
    expect(answer.json.data.user.id).toBe(user.id)
    expect((await me(server, accessToken)).status).toBe(401)
    expect((await signInByPhone(server, provider, phone)).user.id).toBe(user.id)
  })

  it('signs in as the account that has the number, and leaves an anonymous user as it is', async () => {
    const phone = newPhone()
    const { user } = await signInByPhone(server, provider, phone)
    const anonymous = (await server.request('POST', '/api/v1/auth/anonymous')).json.data
    await askForCode(server, phone)
    const answer = await verify(server, phone, await provider.codeFor(phone, 2), anonymous.accessToken)
    expect(answer.json.data.user.id).toBe(user.id)
    expect((await me(server, anonymous.accessToken)).status).toBe(200)
  })

  it('makes no account where sign-up is closed, and sends nothing to strangers', async () => {
    const phone = newPhone()
    await signInByPhone(server, provider, phone)
    const closed = await startServer({ ...phoneEnv, SIGNUP_ENABLED: 'false', DATABASE_URL: server.databaseUrl })
    const stranger = newPhone()
    try {
      expect((await askForCode(closed, stranger)).status).toBe(204)
      await signInByPhone(closed, provider, phone)
      expect(provider.messagesTo(stranger)).toEqual([])
    } finally {
      await closed.stop()
    }
  })

  it('is off until an admin switches it on, with a provider and countries', async () => {
    const plain = await startServer({ ...adminEnv, ...phoneEnv })
    const { accessToken } = await signInAdmin(plain)
    const set = (body: object) =>
      plain.request('PATCH', '/api/v1/admin/settings/auth.phone', { token: accessToken, body })
    const { url, secret } = provider.receiver
    try {
      expect((await askForCode(plain, newPhone())).json).toMatchObject({ status: 403, code: 'forbidden' })
      expect((await set({ enabled: true })).json).toMatchObject({ errors: [{ path: 'url' }] })
      expect((await set({ enabled: true, url, secret })).json).toMatchObject({ errors: [{ path: 'prefixes' }] })
      const wordless = await set({ templates: { en: 'Hello' } })
      expect(wordless.json).toMatchObject({ status: 422, errors: [{ path: 'templates.en' }] })
      expect((await set({ enabled: true, url, secret, prefixes: ['+49'] })).status).toBe(200)
    } finally {
      await plain.stop()
    }
  })

  it('tries a message again that the provider did not take', async () => {
    let tries = 0
    provider.receiver.answer = () => ({ status: ++tries === 1 ? 503 : 200 })
    const phone = newPhone()
    await askForCode(server, phone)
    const code = await provider.codeFor(phone, 2)
    provider.receiver.answer = () => ({})
    expect((await verify(server, phone, code)).status).toBe(200)
    const ids = provider.receiver.received
      .filter(({ body }) => body.includes(phone))
      .map(({ headers }) => headers['webhook-id'])
    expect(new Set(ids).size).toBe(1)
  }, 60_000)
})

describe('the number of an account', () => {
  it('is given by a code to whoever is signed in, and signs in from then on', async () => {
    const person = await signUp(server)
    const phone = newPhone()
    expect((await post('change', person.accessToken, { phone })).status).toBe(204)
    const code = await provider.codeFor(phone)
    const refused = await post('confirm', person.accessToken, { phone, code: wrong(code) })
    expect(refused.json).toMatchObject({ status: 401, code: 'invalid_secret' })
    expect((await post('confirm', person.accessToken, { phone, code })).status).toBe(204)
    expect((await signInByPhone(server, provider, phone)).user.id).toBe(person.id)
  })

  it('belongs to one account', async () => {
    const phone = newPhone()
    const owner = await signInByPhone(server, provider, phone)
    const person = await signUp(server)
    expect((await post('change', person.accessToken, { phone })).status).toBe(204)
    const code = await provider.codeFor(phone, 2)
    const { json } = await post('confirm', person.accessToken, { phone, code })
    expect(json).toMatchObject({ status: 409, code: 'unique_violation' })
    expect((await signInByPhone(server, provider, phone)).user.id).toBe(owner.user.id)
  })

  it('wants a fresh proof, and a person', async () => {
    const person = await signUp(server)
    const age = `update holdfast.sessions set proven_at = now() - interval '1 day' where user_id = $1`
    await server.database.run({ text: age, values: [person.id] })
    const phone = newPhone()
    for (const [path, body] of [
      ['change', { phone }],
      ['confirm', { phone, code: '123456' }],
    ] as const)
      expect((await post(path, person.accessToken, body)).json).toMatchObject({ status: 403, code: 'step_up_required' })
    const anonymous = (await server.request('POST', '/api/v1/auth/anonymous')).json.data
    expect((await post('change', anonymous.accessToken, { phone })).json).toMatchObject({ code: 'forbidden' })
  })

  it('is told to the address of the account', async () => {
    const { accessToken } = await signUp(server)
    const phone = newPhone()
    await post('change', accessToken, { phone })
    const code = await provider.codeFor(phone)
    const count = `select count(*)::int from holdfast_jobs.job where name = 'accounts.mail'`
    const mails = async () => (await server.database.run({ text: count, values: [] })).rows[0]![0] as number
    const before = await mails()
    expect((await post('confirm', accessToken, { phone, code })).status).toBe(204)
    expect(await mails()).toBe(before + 1)
  })
})
