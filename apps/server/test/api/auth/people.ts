import { expect } from 'vitest'
import type { TestServer } from '../../support/index.js'

/** Somebody who is signed in. */
export interface Person {
  readonly id: string
  readonly email: string
  readonly accessToken: string
  readonly refreshToken: string
}

export const password = 'correct horse battery'

export const adminEnv = { ADMIN_EMAIL: 'root@example.com', ADMIN_PASSWORD: 'staple battery horse' }

let count = 0
export const newEmail = (): string => `person${++count}.${Date.now()}@example.com`

export async function signUp(server: TestServer, email: string = newEmail()): Promise<Person> {
  const answer = await server.request('POST', '/api/v1/auth/signup', { body: { email, password } })
  expect(answer.status, answer.text).toBe(201)
  return toPerson(answer.json.data)
}

export async function signIn(server: TestServer, email: string, secret: string = password): Promise<Person> {
  const answer = await server.request('POST', '/api/v1/auth/login', { body: { email, password: secret } })
  expect(answer.status, answer.text).toBe(200)
  return toPerson(answer.json.data)
}

export const signInAdmin = (server: TestServer): Promise<Person> =>
  signIn(server, adminEnv.ADMIN_EMAIL, adminEnv.ADMIN_PASSWORD)

export const me = (server: TestServer, token: string) => server.request('GET', '/api/v1/auth/me', { token })

export const refresh = (server: TestServer, refreshToken: string) =>
  server.request('POST', '/api/v1/auth/refresh', { body: { refreshToken } })

/** Asks until the answer has this status; fails when that takes longer than a second. */
export async function within1Second(ask: () => Promise<{ status: number }>, status: number): Promise<void> {
  const deadline = Date.now() + 1000
  let last = (await ask()).status
  while (last !== status && Date.now() < deadline) last = (await ask()).status
  expect(last).toBe(status)
}

interface Tokens {
  accessToken: string
  refreshToken: string
  user: { id: string; email: string }
}

const toPerson = ({ accessToken, refreshToken, user }: Tokens): Person => ({
  id: user.id,
  email: user.email,
  accessToken,
  refreshToken,
})
