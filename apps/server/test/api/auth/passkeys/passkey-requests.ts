import { expect } from 'vitest'
import type { TestResponse, TestServer } from '../../../support/index.js'
import { fromAnywhere } from '../authenticator.js'
import type { Person } from '../people.js'
import type { SoftwarePasskey } from './software-passkey.js'

export const post = (server: TestServer, path: string, body: unknown, person?: Person): Promise<TestResponse> =>
  server.request('POST', `/api/v1/auth/${path}`, {
    body,
    token: person?.accessToken,
    headers: fromAnywhere(),
  })

/** `challengeId` and `options` of a ceremony. */
// biome-ignore lint/suspicious/noExplicitAny: options are bent by attacks
export async function begin(server: TestServer, path: string, body?: unknown, person?: Person): Promise<any> {
  const answer = await post(server, path, body, person)
  expect(answer.status, answer.text).toBe(200)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  return answer.json.data
}

/** Registers the passkey as one of the person's; returns its id. */
export async function addPasskey(server: TestServer, person: Person, passkey: SoftwarePasskey): Promise<string> {
  const { challengeId, options } = await begin(server, 'passkeys/register/options', {}, person)
  const body = { challengeId, response: passkey.register(options) }
  const answer = await post(server, 'passkeys/register', body, person)
  expect(answer.status, answer.text).toBe(201)
  return answer.json.data.id
}

export async function signInBy(
  server: TestServer,
  passkey: SoftwarePasskey,
  bends: Parameters<SoftwarePasskey['prove']>[1] = {},
): Promise<TestResponse> {
  const { challengeId, options } = await begin(server, 'passkeys/options')
  return post(server, 'passkeys/verify', { challengeId, response: passkey.prove(options, bends) })
}
