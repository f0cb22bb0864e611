import { domainToASCII } from 'node:url'
import { expect } from 'vitest'
import { type ReceivedMail, type SmtpReceiver, startSmtpReceiver } from './smtp-receiver.js'

/** A mail as somebody reads it. */
export interface ReadMail {
  readonly to: string
  readonly subject: string
  readonly text: string
  /** Empty where there is none. */
  readonly html: string
  /** The token of the link; undefined where there is none. */
  readonly token: string | undefined
  /** The six digits on a line of their own; undefined where there are none. */
  readonly code: string | undefined
}

export interface Mailbox {
  /** What a server needs to send here. */
  readonly env: Record<string, string>
  readonly receiver: SmtpReceiver
  /** All mails to an address, in the order they came. */
  to(address: string): ReadMail[]
  /** The mails to an address once there are so many, the last of them. */
  next(address: string, count?: number): Promise<ReadMail>
  close(): Promise<void>
}

const patience = { timeout: 30_000, interval: 50 }

/** A mail server, and what it took as people read it. */
export async function startMailbox(): Promise<Mailbox> {
  const receiver = await startSmtpReceiver()
  const to = (address: string) => receiver.mails.map(readMail).filter((mail) => mail.to === address)
  return {
    env: { SMTP_URL: `smtp://127.0.0.1:${receiver.port}`, MAIL_FROM: 'Shop <mail@shop.example>' },
    receiver,
    to,
    next: async (address, count = 1) => {
      await expect.poll(() => to(address).length, patience).toBeGreaterThanOrEqual(count)
      return to(address)[count - 1]!
    },
    close: () => receiver.close(),
  }
}

export function readMail({ to, raw }: ReceivedMail): ReadMail {
  const text = partOf(raw, 'text/plain').replaceAll('\r\n', '\n')
  return {
    to: to.map(toAscii).join(),
    subject: decodeWords(headerOf(raw, 'subject')),
    text,
    html: partOf(raw, 'text/html'),
    token: /[?&]token=([\w-]+)/.exec(text)?.[1],
    code: /^(\d{6})$/m.exec(text)?.[1],
  }
}

/** The receiver shows domains in Unicode, whatever came. */
const toAscii = (address: string): string => {
  const at = address.lastIndexOf('@')
  return `${address.slice(0, at)}@${domainToASCII(address.slice(at + 1))}`
}

const headerOf = (part: string, name: string): string => {
  const head = part.slice(0, part.indexOf('\r\n\r\n')).replace(/\r\n[ \t]+/g, ' ')
  return new RegExp(`^${name}: *(.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''
}

function partOf(raw: string, type: string): string {
  const boundary = /boundary="?([^";]+)"?/.exec(headerOf(raw, 'content-type'))?.[1]
  const parts = boundary === undefined ? [raw] : raw.split(`--${boundary}`).map((part) => part.replace(/^\r\n/, ''))
  const found = parts.find((part) => headerOf(part, 'content-type').startsWith(type))
  if (found === undefined) return ''
  const body = found.slice(found.indexOf('\r\n\r\n') + 4)
  const encoding = headerOf(found, 'content-transfer-encoding').toLowerCase()
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString()
  return encoding === 'quoted-printable' ? decodeQuoted(body.replace(/=\r\n/g, '')) : body
}

const decodeQuoted = (text: string): string =>
  Buffer.from(
    text.replace(/=([\dA-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()

const decodeWords = (text: string): string =>
  text
    .replace(/\?= =\?/g, '?==?')
    .replace(/=\?utf-8\?([qb])\?(.*?)\?=/gi, (_, kind: string, word: string) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64').toString() : decodeQuoted(word.replaceAll('_', ' ')),
    )
