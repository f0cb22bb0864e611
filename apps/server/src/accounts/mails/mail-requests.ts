import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { type JobQueue, Jobs } from '../../jobs/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { AttemptLimits } from '../limits/attempt-limits.js'
import { clientOf } from '../sign-in/client-of.js'
import { AccountMails } from './account-mails.js'
import { languageOf } from './languages.js'

/** What people can have sent to an address without being signed in. */
type RequestKind = 'reset' | 'verify' | 'code' | 'link' | 'emailChange'

/** A mail that somebody asked for. */
export interface MailRequest {
  /** As `parseEmail` gives it. Whether it has an account, nobody has looked. */
  readonly email: string
  /** What the request speaks. */
  readonly locale?: string | undefined
  /** Where the page of the link goes on to: checked. */
  readonly redirectTo?: string | undefined
  /** Whoever asks, where it is somebody signed in. */
  readonly userId?: string | undefined
  readonly sessionId?: string | undefined
}

type SealedRequest = { sealed: string }

/**
 * Mails that somebody asks for by an address. Whether the address has an account is looked up by a job, so that the answer
 * to whoever asks is the same and takes as long either way (A98).
 */
@Injectable()
export class MailRequests {
  private readonly handlers = new Map<RequestKind, (request: MailRequest) => Promise<void>>()
  private readonly queue: JobQueue<SealedRequest>

  constructor(
    private readonly limits: AttemptLimits,
    private readonly mails: AccountMails,
    private readonly secrets: Secrets,
    jobs: Jobs,
  ) {
    this.queue = jobs.define<SealedRequest>(
      'accounts.mailRequest',
      { concurrency: 3, timeoutSeconds: 60, redact: ['sealed'] },
      ({ data }) => this.handle(data.sealed),
    )
  }

  /** Says what is done about requests of a kind. */
  define(kind: RequestKind, handler: (request: MailRequest) => Promise<void>): void {
    this.handlers.set(kind, handler)
  }

  /** @throws unavailable where mails reach nobody, rate_limited */
  async add(kind: RequestKind, asked: Omit<MailRequest, 'locale'>, request: Request): Promise<void> {
    await this.mails.requireReachable()
    await this.limits.count('message', clientOf(request).address, asked.email)
    const content = JSON.stringify({ ...asked, kind, locale: languageOf(request) })
    await this.queue.enqueue({ sealed: await this.secrets.encrypt(content, 'mail request') })
  }

  private async handle(sealed: string): Promise<void> {
    const content = await this.secrets.decrypt(sealed, 'mail request')
    if (content === undefined) return
    const { kind, ...request } = JSON.parse(content) as MailRequest & { kind: RequestKind }
    await this.handlers.get(kind)?.(request)
  }
}
