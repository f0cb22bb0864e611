import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { certificate } from '../../security/outbound/certificates.js'

export interface ReceivedMail {
  readonly from: string
  readonly to: readonly string[]
  /** Headers and body as they came. */
  readonly raw: string
  /** How the client greeted. */
  readonly greeting: string
  readonly user: string | undefined
  readonly secure: boolean
}

export interface SmtpReceiver {
  readonly port: number
  readonly mails: readonly ReceivedMail[]
  /** Passwords clients sent. */
  readonly passwords: readonly string[]
  readonly connections: number
  close(): Promise<void>
}

/** A mail server on the loopback that takes everything and keeps it; it has TLS for `localhost`. */
export async function startSmtpReceiver(options: SMTPServerOptions = {}): Promise<SmtpReceiver> {
  const mails: ReceivedMail[] = []
  const passwords: string[] = []
  let connections = 0
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    onConnect(_session, done) {
      connections++
      done()
    },
    onAuth({ username, password }, _session, done) {
      passwords.push(password ?? '')
      if (password === 'p@ss') done(null, { user: username })
      else done(new Error('wrong password'))
    },
    onData(stream, { envelope, hostNameAppearsAs, user, secure }, done) {
      text(stream).then((raw) => {
        const from = envelope.mailFrom === false ? '' : envelope.mailFrom.address
        const to = envelope.rcptTo.map(({ address }) => address)
        mails.push({ from, to, raw, greeting: String(hostNameAppearsAs), user, secure })
        done()
      }, done)
    },
    ...options,
  })
  server.on('error', () => {})
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    passwords,
    get connections() {
      return connections
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}
