import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** A signing secret as receivers are given it (Standard Webhooks 1.0.0). */
export const makeSecret = (): string => prefix + randomBytes(32).toString('base64')

/** Whether receivers can verify by it: the prefix, and 24 to 64 bytes in base64. */
export function isSecret(text: string): boolean {
  const encoded = text.slice(prefix.length)
  if (!text.startsWith(prefix) || !/^[A-Za-z0-9+/]+=*$/.test(encoded)) return false
  const { length } = Buffer.from(encoded, 'base64')
  return length >= 24 && length <= 64
}

/** The last characters, by which people tell secrets apart. */
export const hintOf = (secret: string): string => secret.slice(-5)

export interface SignedHeaders {
  readonly 'webhook-id': string
  readonly 'webhook-timestamp': string
  readonly 'webhook-signature': string
}

/** Signs a body for every secret that is live: receivers may know the old one or the new one. */
export function signBody(id: string, body: string, secrets: readonly string[], nowMs: number): SignedHeaders {
  const timestamp = String(Math.floor(nowMs / 1000))
  const signatures = secrets.map((secret) => `v1,${signOne(`${id}.${timestamp}.${body}`, secret)}`)
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}

const signOne = (content: string, secret: string): string =>
  createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
    .update(content)
    .digest('base64')
