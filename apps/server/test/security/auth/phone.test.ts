import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { ProvenEmails } from '../../../src/accounts/account/proven-email.js'
import { adminEnv, me, newEmail, type Person, signInAdmin, signUp } from '../../api/auth/people.js'
import {
  askForCode,
  fromElsewhere,
  newPhone,
  PhoneProvider,
  phoneEnv,
  signInByPhone,
  verify,
  wrong,
} from '../../api/auth/phones.js'
import { startServer, type TestServer } from '../../support/index.js'

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

const run = async (text: string, values: unknown[] = []): Promise<unknown[][]> =>
  (await server.database.run({ text, values })).rows

const post = (path: string, token: string, body: object) =>
  server.request('POST', `/api/v1/auth/phone/${path}`, { token, body, headers: fromElsewhere() })

describe('a code', () => {
  it('is good once, however many show it at once', async () => {
    const phone = newPhone()
    await signInByPhone(server, provider, phone)
    await askForCode(server, phone)
    const code = await provider.codeFor(phone, 2)
    const answers = await Promise.all(Array.from({ length: 50 }, () => verify(server, phone, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(49)
  })

  it('makes one account, however many show it at once', async () => {
    const phone = newPhone()
    await askForCode(server, phone)
    const code = await provider.codeFor(phone)
    const answers = await Promise.all(Array.from({ length: 50 }, () => verify(server, phone, code)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(await run('select count(*)::int from holdfast.accounts where phone = $1', [phone])).toEqual([[1]])
  })

  it('changes a number once, however many show it at once', async () => {
    const { accessToken } = await signUp(server)
    const phone = newPhone()
    await post('change', accessToken, { phone })
    const code = await provider.codeFor(phone)
    const answers = await Promise.all(Array.from({ length: 50 }, () => post('confirm', accessToken, { phone, code })))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
  })

  it('A134 allows five tries, in a row or at once', async () => {
    const phone = newPhone()
    await askForCode(server, phone)
    const code = await provider.codeFor(phone)
    const tries = await Promise.all(Array.from({ length: 30 }, () => verify(server, phone, wrong(code))))
    expect(new Set(tries.map(({ status }) => status))).toEqual(new Set([401]))
    expect((await verify(server, phone, code)).status).toBe(401)
  })

  it('A146 is nothing for another number, purpose or user', async () => {
    const [phone, other] = [newPhone(), newPhone()]
    await askForCode(server, phone)
    await askForCode(server, other)
    const code = await provider.codeFor(phone)
    await provider.codeFor(other)
    const [ada, ben] = [await signUp(server), await signUp(server)]
    expect((await verify(server, other, code)).status).toBe(401)
    expect((await post('confirm', ada.accessToken, { phone, code })).status).toBe(401)
    await post('change', ada.accessToken, { phone })
    const hers = await provider.codeFor(phone, 2)
    expect((await post('confirm', ben.accessToken, { phone, code: hers })).status).toBe(401)
    expect((await verify(server, phone, hers)).status).toBe(401)
    expect((await verify(server, phone, code)).status).toBe(200)
    expect((await post('confirm', ada.accessToken, { phone, code: hers })).status).toBe(409)
  })

  it('lies in the database neither as it is nor as a plain hash, and in no message that waits', async () => {
    const phone = newPhone()
    provider.receiver.answer = () => ({ status: 500 })
    await askForCode(server, phone)
    const code = await provider.codeFor(phone)
    const [stored] = await run(
      `select s::text, encode(sha256($2), 'hex') from holdfast.one_time_secrets s where subject = $1`,
      [phone, Buffer.from(code)],
    )
    expect(stored![0]).not.toContain(code)
    expect(stored![0]).not.toContain(stored![1])
    const waiting = await run(
      `select data::text from holdfast_jobs.job where name = 'accounts.phoneMessage' and state <> 'completed'`,
    )
    expect(waiting.length).toBeGreaterThan(0)
    expect(JSON.stringify(waiting)).not.toContain(code)
    expect(JSON.stringify(waiting)).not.toContain(phone)
    provider.receiver.answer = () => ({})
  })
})

describe('A98 a number tells nobody who has an account', () => {
  it('when a code is asked for or tried', async () => {
    const [known, unknown] = [newPhone(), newPhone()]
    await signInByPhone(server, provider, known)
    const facts = async (phone: string) => {
      const asked = await askForCode(server, phone)
      const tried = await verify(server, phone, '000000')
      const headers = [...asked.headers.keys()].filter((name) => name !== 'date')
      return [asked.status, asked.text, headers, tried.status, { ...tried.json, requestId: '' }]
    }
    expect(await facts(known)).toEqual(await facts(unknown))
  })

  it('nor when a number is given to an account, until its owner says so', async () => {
    const [known, unknown] = [newPhone(), newPhone()]
    await signInByPhone(server, provider, known)
    const { accessToken } = await signUp(server)
    for (const phone of [known, unknown]) {
      expect((await post('change', accessToken, { phone })).status).toBe(204)
      const { status, json } = await post('confirm', accessToken, { phone, code: '000000' })
      expect([status, json.code]).toEqual([401, 'invalid_secret'])
    }
  })
})

describe('A97 nobody locks a number for its owner', () => {
  it('by trying codes where none was asked for', async () => {
    const phone = newPhone()
    await signInByPhone(server, provider, phone)
    for (let times = 0; times < 60; times++) expect((await verify(server, phone, '123456')).status).toBe(401)
    await signInByPhone(server, provider, phone)
  })

  it('and the session the owner has goes on', async () => {
    const phone = newPhone()
    const { accessToken } = await signInByPhone(server, provider, phone)
    await askForCode(server, phone)
    await Promise.all(Array.from({ length: 60 }, () => verify(server, phone, '000000')))
    expect((await me(server, accessToken)).status).toBe(200)
  })
})

describe('A100 messages cost money', () => {
  it('so one number gets few, wherever they are asked for', async () => {
    const phone = newPhone()
    const asked = []
    for (let times = 0; times < 7; times++) asked.push((await askForCode(server, phone)).status)
    expect(asked).toEqual([204, 204, 204, 204, 204, 429, 429])
  })

  it('so one network gets few, whatever numbers it names', async () => {
    const headers = fromElsewhere()
    const asked = []
    for (let times = 0; times < 22; times++)
      asked.push((await server.request('POST', '/api/v1/auth/phone', { body: { phone: newPhone() }, headers })).status)
    expect(asked.filter((status) => status === 204)).toHaveLength(20)
    expect(asked.at(-1)).toBe(429)
  })

  it('so other countries get none, and a day has its limit', async () => {
    const foreign = await askForCode(server, '+8821612345678')
    expect(foreign.json).toMatchObject({ status: 422, errors: [{ path: 'phone' }] })
    const [row] = await run('select sent from holdfast.phone_messages')
    await provider.setUp(server, admin.accessToken, { messagesPerDay: row![0] })
    const phone = newPhone()
    expect((await askForCode(server, phone)).status).toBe(204)
    await vi.waitFor(
      async () => {
        const open = await run(
          `select count(*)::int from holdfast_jobs.job where name = 'accounts.phoneMessage' and state in ('created', 'active')`,
        )
        expect(open).toEqual([[0]])
      },
      { timeout: 30_000 },
    )
    await provider.setUp(server, admin.accessToken, { messagesPerDay: null })
    expect(provider.messagesTo(phone)).toEqual([])
  })
})

describe('A120 the number a stranger set', () => {
  it('goes with the first proof of the address', async () => {
    const stranger = await signUp(server, newEmail())
    const phone = newPhone()
    await post('change', stranger.accessToken, { phone })
    expect((await post('confirm', stranger.accessToken, { phone, code: await provider.codeFor(phone) })).status).toBe(
      204,
    )
    await server.database.transaction((tx) => server.app.get(ProvenEmails).take(tx, stranger.id))
    expect((await signInByPhone(server, provider, phone)).user.id).not.toBe(stranger.id)
  })
})

describe('A157 the secret of the provider', () => {
  it('must be given again when the URL changes', async () => {
    const body = { url: `${provider.receiver.url}/elsewhere` }
    const token = admin.accessToken
    const { json } = await server.request('PATCH', '/api/v1/admin/settings/auth.phone', { token, body })
    expect(json).toMatchObject({ status: 422, errors: [{ path: 'secret' }] })
  })
})
