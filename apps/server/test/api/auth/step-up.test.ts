import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FreshProofs } from '../../../src/accounts/index.js'
import { Identities } from '../../../src/auth/index.js'
import { startServer, type TestServer } from '../../support/index.js'
import { adminEnv, type Person, password, signIn, signUp } from './people.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer(adminEnv)
})
afterAll(() => server.stop())

const stepUp = (person: Person, body: unknown) =>
  server.request('POST', '/api/v1/auth/step-up', { token: person.accessToken, body })

/** As if the user had signed in an hour ago. */
const letTimePass = ({ id }: Person) =>
  server.database.run({
    text: `update holdfast.sessions set proven_at = proven_at - interval '1 hour', second_factor_at = second_factor_at - interval '1 hour' where user_id = $1`,
    values: [id],
  })

/** The code of the answer to somebody who wants to change how they sign in; undefined when they may. */
async function refusal(person: Person): Promise<string | undefined> {
  const { principal } = await server.app.get(Identities).identify(person.accessToken)
  if (principal.kind !== 'user') throw new Error('not signed in as a user')
  return server.app
    .get(FreshProofs)
    .require(principal)
    .then(() => undefined)
    .catch(({ code }) => code)
}

describe('a proof of who somebody is', () => {
  it('is fresh after a sign-in, and old after ten minutes', async () => {
    const person = await signUp(server)
    expect(await refusal(person)).toBeUndefined()
    await letTimePass(person)
    expect(await refusal(person)).toBe('step_up_required')
  })

  it('is renewed by the password, for that session alone', async () => {
    const person = await signUp(server)
    const elsewhere = await signIn(server, person.email)
    await letTimePass(person)
    expect((await stepUp(person, { password: 'wrong' })).json.code).toBe('invalid_credentials')
    expect(await refusal(person)).toBe('step_up_required')
    expect((await stepUp(person, { password })).status).toBe(204)
    expect(await refusal(person)).toBeUndefined()
    expect(await refusal(elsewhere)).toBe('step_up_required')
  })

  it('is as fresh as admins want it', async () => {
    const person = await signUp(server)
    const admin = await signIn(server, adminEnv.ADMIN_EMAIL, adminEnv.ADMIN_PASSWORD)
    const set = (value: unknown) =>
      server.request('PATCH', '/api/v1/admin/settings/auth.stepUp', {
        token: admin.accessToken,
        body: { maxAgeSeconds: value },
      })
    expect((await set(7200)).json).toEqual({ data: { maxAgeSeconds: 7200 } })
    await letTimePass(person)
    expect(await refusal(person)).toBeUndefined()
    expect((await set(0)).status).toBe(422)
    await set(null)
    expect(await refusal(person)).toBe('step_up_required')
  })

  it('needs something to prove', async () => {
    const person = await signUp(server)
    expect((await stepUp(person, {})).json.errors).toMatchObject([{ path: 'password', code: 'required' }])
    expect((await stepUp(person, { pin: '1' })).json.code).toBe('unknown_field')
  })
})
