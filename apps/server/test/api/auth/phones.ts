import { Webhook } from 'standardwebhooks'
import { expect, vi } from 'vitest'
import type { TestServer } from '../../support/index.js'
import { type HookReceiver, outbound, startHookReceiver } from './hooks.js'

/** A server that sends messages, and where each request may come from another address. */
export const phoneEnv = { ...outbound, TRUSTED_PROXIES: '127.0.0.1' }

let addresses = 0
/** Comes from an address of its own, so that tests are not limited together. */
export const fromElsewhere = (): Record<string, string> => {
  addresses += 1
  return { 'x-forwarded-for': `203.${(addresses >> 16) & 255}.${(addresses >> 8) & 255}.${addresses & 255}` }
}

let numbers = Date.now() % 1_000_000
export const newPhone = (): string => `+49151${String(++numbers).padStart(8, '0')}`

/** The service that sends text messages. */
export class PhoneProvider {
  private constructor(readonly receiver: HookReceiver) {}

  static async start(): Promise<PhoneProvider> {
    return new PhoneProvider(await startHookReceiver())
  }

  async setUp(server: TestServer, token: string, patch: object = {}): Promise<void> {
    const { url, secret } = this.receiver
    const body = { enabled: true, url, secret, prefixes: ['+49'], ...patch }
    const answer = await server.request('PATCH', '/api/v1/admin/settings/auth.phone', { token, body })
    expect(answer.status, answer.text).toBe(200)
  }

  /** What came for a number, verified. */
  messagesTo(phone: string): { to: string; text: string; code: string }[] {
    return this.receiver.received
      .map(({ body, headers }) => {
        new Webhook(this.receiver.secret).verify(body, headers as Record<string, string>)
        return JSON.parse(body)
      })
      .filter(({ to }) => to === phone)
  }

  /** The code of the latest of so many messages to a number. */
  async codeFor(phone: string, count = 1): Promise<string> {
    await vi.waitFor(() => expect(this.messagesTo(phone).length).toBeGreaterThanOrEqual(count), {
      timeout: 30_000,
      interval: 50,
    })
    return this.messagesTo(phone).at(-1)!.code
  }
}

export const askForCode = (server: TestServer, phone: string, more: object = {}) =>
  server.request('POST', '/api/v1/auth/phone', { body: { phone, ...more }, headers: fromElsewhere() })

export const verify = (server: TestServer, phone: string, code: string, token?: string, more: object = {}) =>
  server.request('POST', '/api/v1/auth/phone/verify', {
    body: { phone, code, ...more },
    headers: fromElsewhere(),
    ...(token !== undefined && { token }),
  })

export async function signInByPhone(server: TestServer, provider: PhoneProvider, phone: string) {
  const count = provider.messagesTo(phone).length
  expect((await askForCode(server, phone)).status).toBe(204)
  const answer = await verify(server, phone, await provider.codeFor(phone, count + 1))
  expect(answer.status, answer.text).toBe(200)
  return answer.json.data as { accessToken: string; refreshToken: string; user: { id: string } }
}

/** Another code than this one. */
export const wrong = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
