import { isEmailAddress } from '../../lib/index.js'

/** The mail server that takes our mails. */
export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte (`smtps:`); otherwise STARTTLS. */
  readonly secure: boolean
  readonly login?: { readonly user: string; readonly password: string }
}

/** Who mails come from. */
export interface Sender {
  readonly name: string
  readonly address: string
}

/** @throws Error whose message completes "SMTP_URL …" and does not hold the password */
export function parseSmtpUrl(text: string): SmtpServer {
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === '' || !isPlain(url))
    throw new Error('must look like smtp://user:password@host:587 or smtps://user:password@host:465')
  const secure = url.protocol === 'smtps:'
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    login: url.username === '' ? undefined : parseLogin(url),
  }
}

/** `mail@example.com` or `Our shop <mail@example.com>`. @throws Error whose message completes "MAIL_FROM …" */
export function parseSender(text: string): Sender {
  const [, name = '', inBrackets] = /^([^<>"\p{Cc}]*)<([^<>]*)>$/u.exec(text.trim()) ?? []
  const address = (inBrackets ?? text).trim().toLowerCase()
  if (isEmailAddress(address)) return { name: name.trim(), address }
  throw new Error('must be an address such as mail@example.com or Our shop <mail@example.com>')
}

const isPlain = (url: URL): boolean => ['', '/'].includes(url.pathname) && url.search === '' && url.hash === ''

function parseLogin({ username, password }: URL): SmtpServer['login'] {
  try {
    return { user: decodeURIComponent(username), password: decodeURIComponent(password) }
  } catch {
    throw new Error('must have a user and a password in which a percent sign is written %25')
  }
}
