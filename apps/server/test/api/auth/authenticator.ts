import { createHmac, randomBytes } from 'node:crypto'
import { expect } from 'vitest'
import type { TestResponse, TestServer } from '../../support/index.js'
import { type Person, password } from './people.js'

/** An authenticator app: made after RFC 6238, apart from the server's code. */
export class Authenticator {
  private readonly key: Buffer

  constructor(
    private readonly server: TestServer,
    private readonly userId: string,
    secret: string,
  ) {
    let bits = 0n
    for (const letter of secret) bits = bits * 32n + BigInt('ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter))
    this.key = Buffer.from(bits.toString(16).padStart(40, '0'), 'hex')
  }

  /** The code of now, or of so many steps of thirty seconds away. */
  code(away = 0): string {
    const counter = Buffer.alloc(8)
    counter.writeUInt32BE(Math.floor(Date.now() / 30_000) + away, 4)
    const hash = createHmac('sha1', this.key).update(counter).digest()
    const offset = hash[19]! & 15
    const digits = (hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000
    return String(digits).padStart(6, '0')
  }

  /** A code that was not used yet: as if the last one had been taken minutes ago. */
  async freshCode(): Promise<string> {
    await this.server.database.run({
      text: 'update holdfast.factors set last_step = last_step - 10 where user_id = $1',
      values: [this.userId],
    })
    return this.code()
  }

  /** Six digits that are no code of now. */
  wrongCode(): string {
    const near = [-2, -1, 0, 1, 2].map((away) => this.code(away))
    return ['123456', '654321', '111111', '222222', '333333', '444444'].find((code) => !near.includes(code))!
  }
}

/** Gives a signed-in user an authenticator app. */
export async function addTotp(
  server: TestServer,
  person: Person,
): Promise<{ app: Authenticator; recoveryCodes: string[]; id: string }> {
  const token = person.accessToken
  const headers = fromAnywhere()
  const begun = await server.request('POST', '/api/v1/auth/mfa/totp', { token, headers, body: {} })
  expect(begun.status, begun.text).toBe(201)
  const app = new Authenticator(server, person.id, begun.json.data.secret)
  const body = { code: app.code() }
  const confirmed = await server.request('POST', '/api/v1/auth/mfa/totp/confirm', { token, headers, body })
  expect(confirmed.status, confirmed.text).toBe(200)
  return { app, recoveryCodes: confirmed.json.data.recoveryCodes, id: begun.json.data.id }
}

/** Proves the password and nothing more. */
export async function beginSignIn(server: TestServer, { email }: Person): Promise<string> {
  const answer = await server.request('POST', '/api/v1/auth/login', {
    headers: fromAnywhere(),
    body: { email, password },
  })
  expect(answer.status, answer.text).toBe(200)
  expect(Object.keys(answer.json.data).sort()).toEqual(['factors', 'mfaToken'])
  return answer.json.data.mfaToken
}

export const verify = (server: TestServer, mfaToken: string, code: string): Promise<TestResponse> =>
  server.request('POST', '/api/v1/auth/mfa/verify', { headers: fromAnywhere(), body: { mfaToken, code } })

/** An address of its own for each request, where the server trusts its neighbour to name it: attacks come from many. */
export const fromAnywhere = (): Record<string, string> => ({
  'x-forwarded-for': [10, ...randomBytes(3)].join('.'),
})
