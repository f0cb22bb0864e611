import type { PhoneMessage } from '@holdfast/contract'
import { Inject, Injectable } from '@nestjs/common'
import { type JobQueue, Jobs } from '../../jobs/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { OutboundHttp, sendSigned } from '../../platform/outbound/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { PhoneSettings } from './phone-settings.js'

interface SealedMessage {
  readonly sealed: string
  readonly expiresAtMs: number
}

/** A code on its way. With `send` false nobody gets it: the answer to who asked for it is the same, and as fast. */
export interface CodeMessage {
  readonly to: string
  readonly code: string
  readonly ttlSeconds: number
  readonly locale: string | undefined
  readonly send: boolean
}

const timeoutMs = 10_000
const binding = 'phone message'

/** Hands codes to the service that sends text messages, by a job of the caller's transaction; encrypted while they wait. */
@Injectable()
export class PhoneMessages {
  private readonly queue: JobQueue<SealedMessage>

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly settings: PhoneSettings,
    private readonly outbound: OutboundHttp,
    private readonly secrets: Secrets,
    private readonly log: Log,
    jobs: Jobs,
  ) {
    const backoff = { firstSeconds: 2, maxSeconds: 60 }
    this.queue = jobs.define<SealedMessage>(
      'accounts.phoneMessage',
      { concurrency: 4, retries: 4, backoff, timeoutSeconds: 30, redact: ['sealed'] },
      ({ id, data }) => this.deliver(id, data),
    )
  }

  async enqueue(tx: Executor, message: CodeMessage): Promise<void> {
    const sealed = await this.secrets.encrypt(JSON.stringify(message), binding)
    await this.queue.enqueue({ sealed, expiresAtMs: Date.now() + message.ttlSeconds * 1000 }, { tx })
  }

  private async deliver(id: string, { sealed, expiresAtMs }: SealedMessage): Promise<void> {
    const provider = await this.settings.find()
    const text = await this.secrets.decrypt(sealed, binding)
    if (provider === undefined || text === undefined || Date.now() > expiresAtMs) return
    const { to, code, locale, send } = JSON.parse(text) as CodeMessage
    if (!send) return
    const { rowCount } = await this.db.run({ text: countMessage, values: [provider.messagesPerDay] })
    if (rowCount === 0) return void this.log.warn({}, 'a code was not sent: auth.phone.messagesPerDay is used up')
    const message: PhoneMessage = { to, text: writeText(provider.templates, locale, code, this.appName), code }
    const { url, secret } = provider
    const result = await sendSigned(this.outbound, { url, secret, id, body: JSON.stringify(message), timeoutMs })
    if (!result.ok || result.status < 200 || result.status > 299) throw new Error('The phone provider did not take it')
  }

  private get appName(): string {
    return new URL(this.config.publicUrl).host
  }
}

/** In the language asked for, or without its region, or in English. */
export function writeText(
  templates: Readonly<Record<string, string>>,
  locale: string | undefined,
  code: string,
  app: string,
): string {
  const known = [locale, locale?.split('-')[0], 'en'].find((tag) => tag !== undefined && Object.hasOwn(templates, tag))
  const template = templates[known ?? Object.keys(templates)[0]!]!
  return template.replaceAll('{code}', code).replaceAll('{app}', app)
}

// Each try costs, so each is counted.
const countMessage = `
  with old as (delete from holdfast.phone_messages where day < current_date - 7)
  insert into holdfast.phone_messages as m (day) values ((now() at time zone 'UTC')::date)
  on conflict (day) do update set sent = m.sent + 1 where m.sent < $1 returning 1`
