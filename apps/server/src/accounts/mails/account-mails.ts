import { Inject, Injectable } from '@nestjs/common'
import { type JobQueue, Jobs } from '../../jobs/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import type { Executor } from '../../platform/db/index.js'
import { type Mail, Mailer } from '../../platform/mail/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { type AccountMail, writeMail } from './mail-texts.js'

type SealedMail = { sealed: string }

/**
 * Mails that carry what signs people in. They leave by a job of the caller's transaction: an answer takes as long whether
 * or not there is somebody to write to. Their content is encrypted while it waits.
 */
@Injectable()
export class AccountMails {
  private readonly queue: JobQueue<SealedMail>

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly mailer: Mailer,
    private readonly secrets: Secrets,
    jobs: Jobs,
  ) {
    this.queue = jobs.define<SealedMail>(
      'accounts.mail',
      { concurrency: 3, timeoutSeconds: 120, redact: ['sealed'] },
      ({ data }) => this.deliver(data.sealed),
    )
  }

  async enqueue(tx: Executor, mail: AccountMail): Promise<void> {
    const content = await writeMail(mail, { app: new URL(this.config.publicUrl).host })
    const sealed = await this.secrets.encrypt(JSON.stringify(content), 'account mail')
    await this.queue.enqueue({ sealed }, { tx })
  }

  /** The link of a mail to a page of this server, which asks before it uses the token. */
  link(page: string, token: string): string {
    return `${this.config.publicUrl}/auth/ui/${page}?token=${token}`
  }

  private async deliver(sealed: string): Promise<void> {
    const content = await this.secrets.decrypt(sealed, 'account mail')
    if (content !== undefined) await this.mailer.send(JSON.parse(content) as Mail)
  }
}
