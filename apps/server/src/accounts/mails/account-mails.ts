import { Inject, Injectable } from '@nestjs/common'
import { GiveUp, type JobQueue, Jobs } from '../../jobs/index.js'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { MailError, Mailer } from '../../platform/mail/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { findAccountByEmail } from '../account/find-account.js'
import type { AccountMail } from './account-mail.js'
import { MailTemplates } from './mail-templates.js'

type SealedMail = { sealed: string }

/** A mail that waits. `expiresAtMs`: then nobody has any use for it. */
type WaitingMail = AccountMail & { readonly expiresAtMs?: number }

/**
 * Mails that carry what signs people in. They leave by a job of the caller's transaction: an answer takes as long whether
 * or not there is somebody to write to. Their content is encrypted while it waits.
 */
@Injectable()
export class AccountMails {
  private readonly queue: JobQueue<SealedMail>

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly db: Database,
    private readonly mailer: Mailer,
    private readonly secrets: Secrets,
    private readonly templates: MailTemplates,
    jobs: Jobs,
  ) {
    this.queue = jobs.define<SealedMail>(
      'accounts.mail',
      { concurrency: 3, timeoutSeconds: 120, redact: ['sealed'] },
      ({ data }) => this.deliver(data.sealed),
    )
  }

  /** For routes that are of no use without mail. @throws unavailable where mails reach nobody, not even the log */
  async requireReachable(): Promise<void> {
    if (await this.mailer.reachesSomebody()) return
    throw new AppError('unavailable', 'This server sends no mail', {
      hint: 'An admin sets the mail server under Settings, or SMTP_URL and MAIL_FROM in the environment',
    })
  }

  /** Where mails reach nobody, nothing is done: what the mail is about goes on without it. */
  async enqueue(tx: Executor, mail: AccountMail): Promise<void> {
    if (!(await this.mailer.reachesSomebody())) return
    const { minutes } = mail.data
    const waiting = { ...mail, ...(minutes !== undefined && { expiresAtMs: Date.now() + minutes * 60_000 }) }
    const sealed = await this.secrets.encrypt(JSON.stringify(waiting), 'account mail')
    await this.queue.enqueue({ sealed }, { tx })
  }

  /** The link of a mail to a page of this server, which asks before it uses the token. `redirectTo`: where it goes on to, checked. */
  link(page: string, token: string, redirectTo?: string): string {
    const onward = redirectTo === undefined ? '' : `&redirectTo=${encodeURIComponent(redirectTo)}`
    return `${this.config.publicUrl}/auth/ui/${page}?token=${token}${onward}`
  }

  private async deliver(sealed: string): Promise<void> {
    const content = await this.secrets.decrypt(sealed, 'account mail')
    if (content === undefined) throw new GiveUp('The mail cannot be decrypted: SECRET_KEY is another one now')
    const mail = JSON.parse(content) as WaitingMail
    if (mail.expiresAtMs !== undefined && mail.expiresAtMs < Date.now())
      throw new GiveUp('The mail could not be sent while its link or code was good')
    const account = await findAccountByEmail(this.db, mail.to)
    const written = await this.templates.write(mail, [account?.locale, mail.locale])
    await this.send(mail.to, written)
  }

  /** @throws GiveUp where sending it again would end the same way */
  private async send(to: string, written: { subject: string; text: string; html?: string }): Promise<void> {
    try {
      await this.mailer.send({ to, ...written })
    } catch (error) {
      if (error instanceof MailError && error.permanent) throw new GiveUp(error.message, error)
      throw error
    }
  }
}
