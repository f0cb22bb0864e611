import type { Log } from '../log/index.js'
import { MailError } from './mail-error.js'
import type { Sender, SmtpServer } from './mail-settings.js'
import { type Mail, parseMail } from './parse-mail.js'
import { createSmtpTransport, type DeliverMail } from './smtp-transport.js'

/** The settings mails depend on. */
export interface MailSettings {
  readonly smtpUrl: SmtpServer | undefined
  readonly mailFrom: Sender | undefined
  readonly publicUrl: string
}

const localHosts = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Sends mails by the mail server of `SMTP_URL`. */
export class Mailer {
  /** Whether mails reach people. */
  readonly configured: boolean
  /** Whether mails reach people, or at least the log of a server that is only known on this machine. */
  readonly reachesSomebody: boolean
  private readonly deliver: DeliverMail

  constructor(
    { smtpUrl, mailFrom, publicUrl }: MailSettings,
    private readonly log: Log,
  ) {
    const { hostname } = new URL(publicUrl)
    const isLocal = localHosts.test(hostname)
    this.configured = smtpUrl !== undefined && mailFrom !== undefined
    this.reachesSomebody = this.configured || isLocal
    if (smtpUrl !== undefined && mailFrom !== undefined) this.deliver = createSmtpTransport(smtpUrl, mailFrom, hostname)
    else this.deliver = isLocal ? this.writeToLog : refuse
  }

  /**
   * Resolves when the mail server took the mail. Without a mail server, a server that is only known on this machine
   * writes the mail to its log; any other refuses, since mails hold what signs people in.
   * @throws MailError
   */
  async send(mail: Mail): Promise<void> {
    await this.deliver(parseMail(mail))
  }

  private readonly writeToLog: DeliverMail = async ({ to, subject, text }) => {
    this.log.info({ mail: { to, subject, text } }, 'SMTP_URL is not set: this mail is written here and not sent')
  }
}

const refuse: DeliverMail = async () => {
  throw new MailError('The mail was not sent: SMTP_URL is not set', true)
}
