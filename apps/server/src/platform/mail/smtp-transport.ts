import { isIP } from 'node:net'
import type { SMTPSentMessageInfo, SMTPTransportOptions, Transporter } from 'nodemailer'
import { MailError } from './mail-error.js'
import type { MailRoute } from './mail-section.js'
import type { SmtpServer } from './mail-settings.js'
import type { Mail } from './parse-mail.js'

/** Hands a mail to the mail server. @throws MailError */
export type DeliverMail = (mail: Mail) => Promise<void>

/** Where to connect to, after it was judged; whoever connects does not look for the name again. */
export type LocateServer = (
  host: string,
  port: number,
) => Promise<{ readonly ok: true; readonly address: string } | { readonly ok: false; readonly message: string }>

const patienceMs = 60_000

/** Delivers over one connection per mail. `ownName` is how the server greets; `locate` judges where it connects to. */
export function createSmtpTransport(
  { server, sender }: MailRoute,
  ownName: string,
  locate?: LocateServer,
): DeliverMail {
  return async ({ to, subject, text, html }) => {
    try {
      const transport = await createTransport(await toOptions(server, ownName, locate))
      await transport.sendMail({
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
      throw cause instanceof MailError ? cause : toMailError(cause as { responseCode?: number })
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

async function toOptions(
  { host, port, secure, login }: SmtpServer,
  ownName: string,
  locate: LocateServer | undefined,
): Promise<SMTPTransportOptions> {
  const found = await locate?.(host, port)
  if (found?.ok === false) throw new MailError(`The mail server ${host} cannot be called: ${found.message}`, false)
  const { tls, ...security } = secure || login !== undefined ? provenTls : whateverTls
  return {
    host: found?.address ?? host,
    port,
    secure,
    name: ownName,
    auth: login && { user: login.user, pass: login.password },
    ...security,
    // The certificate is that of the name, whatever address was found for it.
    tls: { ...tls, ...(isIP(host) === 0 && { servername: host }) },
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
  }
}

/** Codes from 500 on say that the same mail will never be taken, but for 53x: those are about how we signed in. */
function toMailError(cause: { readonly responseCode?: number }): MailError {
  const { responseCode = 0 } = cause
  const permanent = responseCode >= 500 && Math.floor(responseCode / 10) !== 53
  return new MailError('The mail server did not take the mail', permanent, cause)
}
