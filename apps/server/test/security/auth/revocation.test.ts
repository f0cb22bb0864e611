import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { adminEnv, me, password, refresh, signIn, signInAdmin, signUp, within1Second } from '../../api/auth/people.js'
import { startServer, type TestServer } from '../../support/index.js'

let one: TestServer
let two: TestServer
beforeAll(async () => {
  one = await startServer({ ...adminEnv, PUBLIC_URL: 'http://holdfast.test' })
  two = await startServer({ DATABASE_URL: one.databaseUrl, PUBLIC_URL: 'http://holdfast.test' })
})
afterAll(async () => {
  await two.stop()
  await one.stop()
})

/** Somebody whom both nodes have in memory. */
async function knownPerson() {
  const person = await signUp(one)
  for (const node of [one, two]) expect((await me(node, person.accessToken)).status).toBe(200)
  return person
}

describe('what ends on one node ends on the other within a second', () => {
  it('A106: by signing out', async () => {
    const { accessToken, refreshToken } = await knownPerson()
    await one.request('POST', '/api/v1/auth/logout', { token: accessToken })
    expect((await me(one, accessToken)).status).toBe(401)
    await within1Second(() => me(two, accessToken), 401)
    expect((await refresh(two, refreshToken)).status).toBe(401)
  })

  it('by changing the password', async () => {
    const { accessToken } = await knownPerson()
    const body = { current: password, password: 'another password' }
    const { json } = await two.request('POST', '/api/v1/auth/password/change', { token: accessToken, body })
    await within1Second(() => me(one, accessToken), 401)
    expect((await me(one, json.data.accessToken)).status).toBe(200)
  })

  it('by a refresh token that is used twice', async () => {
    const { accessToken, refreshToken } = await knownPerson()
    const second = (await refresh(one, refreshToken)).json.data.refreshToken
    await refresh(two, second)
    expect((await refresh(one, refreshToken)).status).toBe(401)
    for (const node of [one, two]) await within1Second(() => me(node, accessToken), 401)
  })

  it('by deleting the user, who leaves nothing behind', async () => {
    const { accessToken, refreshToken, id, email } = await knownPerson()
    const admin = await signInAdmin(one)
    const { status } = await one.request('DELETE', `/api/v1/collections/users/records/${id}`, {
      token: admin.accessToken,
    })
    expect(status).toBe(204)
    for (const node of [one, two]) await within1Second(() => me(node, accessToken), 401)
    expect((await refresh(two, refreshToken)).status).toBe(401)
    const left = `select (select count(*) from holdfast.sessions where user_id = $1) +
      (select count(*) from holdfast.credentials where user_id = $1) + (select count(*) from holdfast.user_roles where user_id = $1)`
    expect((await one.database.run({ text: left, values: [id] })).rows).toEqual([[0]])
    const again = await one.request('POST', '/api/v1/collections/users/records', {
      token: admin.accessToken,
      body: { id, email },
    })
    expect(again.status, again.text).toBe(201)
    expect((await me(one, accessToken)).status).toBe(401)
    const login = await one.request('POST', '/api/v1/auth/login', { body: { email, password } })
    expect(login.status).toBe(401)
  })

  it('by a statement in the database', async () => {
    const { accessToken, id } = await knownPerson()
    await one.database.run({ text: 'update holdfast.sessions set revoked_at = now() where user_id = $1', values: [id] })
    for (const node of [one, two]) await within1Second(() => me(node, accessToken), 401)
  })

  it('also while no signals arrive', async () => {
    const { accessToken } = await knownPerson()
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast signals' and datname = current_database()`
    await one.database.run({ text: cut, values: [] })
    await one.request('POST', '/api/v1/auth/logout', { token: accessToken })
    await within1Second(() => me(two, accessToken), 401)
  })
})

describe('a sign-in that races with a change of the password', () => {
  it('does not outlive it', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { accessToken, email } = await signUp(one)
      const body = { current: password, password: 'another password' }
      const logins = Array.from({ length: 3 }, () =>
        two.request('POST', '/api/v1/auth/login', { body: { email, password } }),
      )
      const change = one.request('POST', '/api/v1/auth/password/change', { token: accessToken, body })
      const [changed, ...answers] = await Promise.all([change, ...logins])
      expect(changed!.status).toBe(200)
      for (const { json } of answers.filter(({ status }) => status === 200))
        await within1Second(() => me(two, json.data.accessToken), 401)
      await signIn(one, email, 'another password')
    }
  })

  it('is won by one of two changes', async () => {
    const { accessToken, email } = await signUp(one)
    const change = (next: string) =>
      one.request('POST', '/api/v1/auth/password/change', {
        token: accessToken,
        body: { current: password, password: next },
      })
    const answers = await Promise.all([change('first password'), change('second password')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401])
    await signIn(one, email, answers[0]!.status === 200 ? 'first password' : 'second password')
  })
})
