import type { Log } from '../log/index.js'
import type { Meters } from '../meters/index.js'
import { MailError } from './mail-error.js'
import type { MailRoute } from './mail-section.js'
import { type Mail, parseMail } from './parse-mail.js'
import { createSmtpTransport, type DeliverMail, type LocateServer } from './smtp-transport.js'

const localHosts = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** Sends mails by the mail server of the settings. */
export class Mailer {
  private readonly hostname: string
  private readonly isLocal: boolean
  private transport: { readonly key: string; readonly deliver: DeliverMail } | undefined

  /** `findRoute` tells by whom mails go now, `locate` where a server is that admins named. */
  constructor(
    publicUrl: string,
    private readonly findRoute: () => Promise<MailRoute | undefined>,
    private readonly locate: LocateServer,
    private readonly log: Log,
    private readonly meters?: Meters,
  ) {
    this.hostname = new URL(publicUrl).hostname
    this.isLocal = localHosts.test(this.hostname)
  }

  /** Whether mails reach people. */
  async isConfigured(): Promise<boolean> {
    return (await this.findRoute()) !== undefined
  }

  /** Whether mails reach people, or at least the log of a server that is only known on this machine. */
  async reachesSomebody(): Promise<boolean> {
    return this.isLocal || (await this.isConfigured())
  }

  /**
   * Resolves when the mail server took the mail. Without a mail server, a server that is only known on this machine
   * writes the mail to its log; any other refuses, since mails hold what signs people in.
   * @throws MailError
   */
  async send(mail: Mail): Promise<void> {
    try {
      await this.deliver(parseMail(mail))
      this.meters?.count('mails_total', 'Mails by what became of them.', { result: 'sent' })
    } catch (error) {
      this.meters?.count('mails_total', 'Mails by what became of them.', { result: 'failed' })
      throw error
    }
  }

  private async deliver(checked: Parameters<DeliverMail>[0]): Promise<void> {
    const route = await this.findRoute()
    if (route) return this.deliverBy(route)(checked)
    if (!this.isLocal) throw new MailError('The mail was not sent: no mail server is set (SMTP_URL)', true)
    const { to, subject, text } = checked
    this.log.info({ mail: { to, subject, text } }, 'SMTP_URL is not set: this mail is written here and not sent')
  }

  private deliverBy(route: MailRoute): DeliverMail {
    const key = JSON.stringify(route)
    if (this.transport?.key !== key)
      this.transport = {
        key,
        deliver: createSmtpTransport(route, this.hostname, route.trusted ? undefined : this.locate),
      }
    return this.transport.deliver
  }
}
