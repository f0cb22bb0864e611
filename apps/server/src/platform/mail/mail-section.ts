import { AppError } from '../../lib/index.js'
import type { Config } from '../config/index.js'
import type { Pin, Settings, SettingsStore } from '../settings/index.js'
import { parseSender, type Sender, type SmtpServer } from './mail-settings.js'

/** The section `mail`, as admins fill it in. */
interface MailSection {
  readonly host: string
  readonly port: number
  readonly security: 'tls' | 'starttls'
  readonly user: string
  readonly password?: string
  readonly from: string
}

/** By whom mails are sent, and from whom. Undefined where that is not set. */
export interface MailRoute {
  readonly server: SmtpServer
  readonly sender: Sender
  /** Whether the operator named the server. One that admins named is reached only where other calls may go too. */
  readonly trusted: boolean
}

/**
 * The mail server: `SMTP_URL` and `MAIL_FROM` of the environment, or what admins set while the server runs.
 */
export function defineMailSettings(store: SettingsStore, config: Config): () => Promise<MailRoute | undefined> {
  const settings: Settings<MailSection> = store.define<MailSection>({
    name: 'mail',
    description: 'The mail server that takes our mails, and who they come from',
    schema: {
      type: 'object',
      additionalProperties: false,
      properties: {
        host: {
          type: 'string',
          maxLength: 253,
          pattern: '^[\\w.:-]*$',
          'x-destination': true,
          description: 'smtp.example.com; empty: none',
        },
        port: {
          type: 'integer',
          minimum: 1,
          maximum: 65_535,
          'x-destination': true,
          description: '465 for TLS, 587 for STARTTLS',
        },
        security: {
          type: 'string',
          enum: ['tls', 'starttls'],
          'x-destination': true,
          description:
            'tls: from the first byte. starttls: asked for before anything is said; without it no password is sent',
        },
        user: { type: 'string', maxLength: 320, 'x-destination': true, description: 'Empty: nobody signs in' },
        password: { type: 'string', minLength: 1, maxLength: 1000, writeOnly: true },
        from: { type: 'string', maxLength: 400, description: 'Our shop <mail@example.com>' },
      },
    },
    defaults: { host: '', port: 465, security: 'tls', user: '', from: '' },
    pinned: pinsOf(config),
    check: checkSection,
  })
  return async () => routeOf(config) ?? toRoute(await settings.get())
}

/** What the environment says, where it does. */
export function routeOf({ smtpUrl, mailFrom }: Pick<Config, 'smtpUrl' | 'mailFrom'>): MailRoute | undefined {
  return smtpUrl && mailFrom && { server: smtpUrl, sender: mailFrom, trusted: true }
}

/** The same in the words of the section. */
function pinsOf(config: Config): Record<string, Pin> | undefined {
  const route = routeOf(config)
  if (!route) return undefined
  const { host, port, secure, login } = route.server
  const values = {
    host,
    port,
    security: secure ? 'tls' : 'starttls',
    user: login?.user ?? '',
    ...(login && { password: login.password }),
  }
  const pins = Object.entries(values).map(([name, value]) => [name, { key: 'SMTP_URL', value }])
  const { name, address } = route.sender
  const from = { key: 'MAIL_FROM', value: name === '' ? address : `${name} <${address}>` }
  return { ...Object.fromEntries(pins), from }
}

/** @throws validation_failed */
function checkSection({ host, from, user, password }: MailSection): void {
  if (host !== '' && from === '') throw invalid('from', 'from must be given with a host')
  if (user !== '' && password === undefined) throw invalid('password', 'password must be given with a user')
  try {
    if (from !== '') parseSender(from)
  } catch (error) {
    throw invalid('from', `from ${(error as Error).message}`)
  }
}

const invalid = (path: string, message: string) =>
  new AppError('validation_failed', message, { errors: [{ path, code: 'invalid', message }] })

function toRoute({ host, port, security, user, password = '', from }: MailSection): MailRoute | undefined {
  if (host === '' || from === '') return undefined
  const login = user === '' ? undefined : { user, password }
  return { server: { host, port, secure: security === 'tls', login }, sender: parseSender(from), trusted: false }
}
