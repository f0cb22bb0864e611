import type { SMTPSentMessageInfo, SMTPTransportOptions, Transporter } from 'nodemailer'
import { MailError } from './mail-error.js'
import type { Sender, SmtpServer } from './mail-settings.js'
import type { Mail } from './parse-mail.js'

/** Hands a mail to the mail server. @throws MailError */
export type DeliverMail = (mail: Mail) => Promise<void>

const patienceMs = 60_000

/** Delivers over one connection per mail. `ownName` is how the server greets. */
export function createSmtpTransport(server: SmtpServer, sender: Sender, ownName: string): DeliverMail {
  let transport: Promise<Transporter<SMTPSentMessageInfo>> | undefined
  return async ({ to, subject, text, html }) => {
    transport ??= createTransport(toOptions(server, ownName))
    try {
      await (await transport).sendMail({
        // Given in parts, addresses are not parsed again; the envelope names the one recipient there is.
        from: { name: sender.name, address: sender.address },
        to: { name: '', address: to },
        envelope: { from: sender.address, to: [to] },
        subject,
        text,
        html,
        headers: { 'Auto-Submitted': 'auto-generated' },
        xMailer: false,
        // Neither a path nor a URL in a mail is ever read.
        disableFileAccess: true,
        disableUrlAccess: true,
        signal: AbortSignal.timeout(patienceMs),
      })
    } catch (cause) {
      throw toMailError(cause as { responseCode?: number })
    }
  }
}

/** The library takes 30 MB: it is loaded with the first mail, and not at all where none is sent. */
async function createTransport(options: SMTPTransportOptions): Promise<Transporter<SMTPSentMessageInfo>> {
  const nodemailer = await import('nodemailer')
  return nodemailer.createTransport(options)
}

/** A password is sent over TLS that proves who the server is, or not at all. */
const provenTls = { requireTLS: true, tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true } } as const

/** Without a password a mail would go unencrypted too, as between mail servers: TLS with anybody is better than that. */
const whateverTls = { opportunisticTLS: true, tls: { rejectUnauthorized: false } } as const

const toOptions = ({ host, port, secure, login }: SmtpServer, ownName: string): SMTPTransportOptions => ({
  host,
  port,
  secure,
  name: ownName,
  auth: login && { user: login.user, pass: login.password },
  ...(secure || login !== undefined ? provenTls : whateverTls),
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
})

/** Codes from 500 on say that the same mail will never be taken, but for 53x: those are about how we signed in. */
function toMailError(cause: { readonly responseCode?: number }): MailError {
  const { responseCode = 0 } = cause
  const permanent = responseCode >= 500 && Math.floor(responseCode / 10) !== 53
  return new MailError('The mail server did not take the mail', permanent, cause)
}
