import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import type { LogFn } from 'pino'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../src/platform/config/index.js'
import { createLog, Log } from '../../../src/platform/log/index.js'
import { type Mail, MailError, Mailer, routeOf } from '../../../src/platform/mail/index.js'
import { authority } from '../../security/outbound/certificates.js'
import { findFreePort, startServer } from '../../support/index.js'
import { type SmtpReceiver, startSmtpReceiver } from './smtp-receiver.js'

const { log } = createLog({ logLevel: 'silent' })
const hello: Mail = { to: 'ada@example.com', subject: 'Hello', text: 'How are you?' }
const receivers: SmtpReceiver[] = []

async function receive(...how: Parameters<typeof startSmtpReceiver>): Promise<SmtpReceiver> {
  const receiver = await startSmtpReceiver(...how)
  receivers.push(receiver)
  return receiver
}

function mailerOf(env: Record<string, string>, to: Log = log): Mailer {
  const config = parseConfig(env)
  const nobody = async () => ({ ok: false, message: 'asked for a server of the environment' }) as const
  return new Mailer(config.publicUrl, async () => routeOf(config), nobody, to)
}

const createMailer = (env: Record<string, string>) =>
  mailerOf({ MAIL_FROM: 'Our shop <mail@shop.example>', PUBLIC_URL: 'https://api.shop.example', ...env })

const failureOf = async (sent: Promise<void>): Promise<MailError> => {
  const failure = await sent.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(failure).toBeInstanceOf(MailError)
  return failure as MailError
}

beforeAll(() => setDefaultCACertificates([...getCACertificates('default'), authority]))
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close()
})

describe('mails', () => {
  it('reach the one recipient from the sender of the settings', async () => {
    const receiver = await receive()
    const mailer = createMailer({ SMTP_URL: `smtp://127.0.0.1:${receiver.port}` })
    expect(await mailer.isConfigured()).toBe(true)
    await mailer.send({ ...hello, subject: 'Grüße', html: '<p>How are you?</p>' })
    expect(receiver.mails).toMatchObject([
      { from: 'mail@shop.example', to: ['ada@example.com'], greeting: 'api.shop.example' },
    ])
    const raw = receiver.mails[0]!.raw
    expect(raw).toMatch(/^From: Our shop <mail@shop\.example>\r$/m)
    expect(raw).toMatch(/^To: ada@example\.com\r$/m)
    expect(raw).toMatch(/^Subject: =\?UTF-8\?/m)
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(raw).toContain('text/plain')
    expect(raw).toContain('<p>How are you?</p>')
    expect(raw).not.toMatch(/nodemailer/i)
  })

  it.each([
    'ada@example.com\r\nBcc: eve@example.com',
    'ada@example.com\nBcc: eve@example.com',
    'ada@example.com, eve@example.com',
    'ada@example.com;eve@example.com',
    'ada@example.com eve@example.com',
    '"eve@attacker.example"@victim.example',
    '"eve@attacker.example, "@victim.example',
    'Ada <ada@example.com>',
    '<ada@example.com>',
    'friends:ada@example.com,eve@example.com;',
    'ada@example.com(eve@example.com)',
    'ada\uFE6Bexample.com',
    'ada@exa\u2024mple.com',
    'ada@[127.0.0.1]',
    'ada@example.com>\r\nRCPT TO:<eve@example.com',
    'ada',
    '',
  ])('A74: are not sent to %j', (to) => refuses(to))

  it('A74: are not sent to ten thousand nested comments', () =>
    refuses(`${'('.repeat(10_000)}ada@example.com${')'.repeat(10_000)}`))

  async function refuses(to: string): Promise<void> {
    const receiver = await receive()
    const failure = await failureOf(
      createMailer({ SMTP_URL: `smtp://127.0.0.1:${receiver.port}` }).send({ ...hello, to }),
    )
    expect(failure.permanent).toBe(true)
    expect(receiver.connections).toBe(0)
  }

  it('A74: have no header that a subject or a text brings along', async () => {
    const receiver = await receive()
    const mailer = createMailer({ SMTP_URL: `smtp://127.0.0.1:${receiver.port}` })
    await mailer.send({
      ...hello,
      subject: 'Hi\r\nBcc: eve@example.com\r\n\r\nbody\u202Egnp.exe',
      text: '.\r\nRCPT TO:<eve@example.com>\r\n.\r\nQUIT\r\n',
    })
    expect(receiver.mails).toHaveLength(1)
    const { raw, to } = receiver.mails[0]!
    expect(to).toEqual(['ada@example.com'])
    expect(raw.split('\r\n\r\n')[0]).toMatch(/^Subject: Hi Bcc: eve@example\.com bodygnp\.exe$/m)
    expect(raw.split('\r\n\r\n')[0]).not.toMatch(/^Bcc/im)
    expect(raw).toContain('RCPT TO:<eve@example.com>')
  })

  it('A74: read no file and no URL, whatever a queue makes of a mail', async () => {
    const receiver = await receive()
    const mailer = createMailer({ SMTP_URL: `smtp://127.0.0.1:${receiver.port}` })
    for (const part of [
      { text: { path: '/etc/hostname' } },
      { html: { href: 'http://127.0.0.1/' } },
      { raw: 'To: eve@example.com\r\n\r\nx' },
    ]) {
      const sent = mailer.send({ ...hello, ...part } as unknown as Mail)
      if ('raw' in part) await sent
      else await failureOf(sent)
    }
    expect(receiver.mails.map(({ to, raw }) => [to, raw.includes('How are you?'), raw.includes('eve')])).toEqual([
      [['ada@example.com'], true, false],
    ])
  })

  it('cut a subject that is too long, between characters', async () => {
    const receiver = await receive()
    await createMailer({ SMTP_URL: `smtp://127.0.0.1:${receiver.port}` }).send({ ...hello, subject: 'x'.repeat(5000) })
    expect(receiver.mails[0]!.raw.match(/xx+/g)?.join('')).toHaveLength(200)
  })
})

describe('the mail server', () => {
  it.each([
    ['smtps', { secure: true }],
    ['smtp', {}],
  ])('gets the password of an %s URL over TLS', async (scheme, options) => {
    const receiver = await receive(options)
    const mailer = createMailer({ SMTP_URL: `${scheme}://mailer:p%40ss@localhost:${receiver.port}` })
    await mailer.send(hello)
    expect(receiver.mails).toMatchObject([{ user: 'mailer', secure: true }])
    expect(receiver.passwords).toEqual(['p@ss'])
  })

  it.each([
    ['smtps', { secure: true }],
    ['smtp', {}],
  ])('gets no password of an %s URL when its certificate is for another', async (scheme, options) => {
    const receiver = await receive(options)
    const mailer = createMailer({ SMTP_URL: `${scheme}://mailer:p%40ss@127.0.0.1:${receiver.port}` })
    expect((await failureOf(mailer.send(hello))).permanent).toBe(false)
    expect([receiver.passwords, receiver.mails]).toEqual([[], []])
  })

  it('may be asked again when the password was wrong', async () => {
    const receiver = await receive({ secure: true })
    const mailer = createMailer({ SMTP_URL: `smtps://mailer:wrong@localhost:${receiver.port}` })
    expect((await failureOf(mailer.send(hello))).permanent).toBe(false)
    expect([receiver.passwords, receiver.mails]).toEqual([['wrong'], []])
  })

  it('gets mails over TLS with anybody, or none, when there is no password', async () => {
    const withTls = await receive()
    const without = await receive({ hideSTARTTLS: true })
    for (const { port } of [withTls, without]) await createMailer({ SMTP_URL: `smtp://127.0.0.1:${port}` }).send(hello)
    expect([withTls.mails[0]?.secure, without.mails[0]?.secure]).toEqual([true, false])
  })

  it('gets no password when it does not offer STARTTLS', async () => {
    const receiver = await receive({ hideSTARTTLS: true, allowInsecureAuth: true })
    const url = `smtp://mailer:p%40ss@127.0.0.1:${receiver.port}`
    const failure = await failureOf(createMailer({ SMTP_URL: url }).send(hello))
    expect(failure.permanent).toBe(false)
    expect([receiver.passwords, receiver.mails]).toEqual([[], []])
  })

  it.each([
    [550, true],
    [552, true],
    [530, false],
    [421, false],
    [451, false],
  ])('that answers %i refuses for good: %s', async (responseCode, permanent) => {
    const receiver = await receive({
      onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode })),
    })
    const failure = await failureOf(createMailer({ SMTP_URL: `smtp://127.0.0.1:${receiver.port}` }).send(hello))
    expect(failure).toMatchObject({ permanent, message: 'The mail server did not take the mail' })
  })

  it('may be away for a while', async () => {
    const failure = await failureOf(createMailer({ SMTP_URL: `smtp://127.0.0.1:${await findFreePort()}` }).send(hello))
    expect(failure.permanent).toBe(false)
  })
})

describe('without a mail server', () => {
  const written: unknown[] = []
  const listening = Object.assign(Object.create(log) as Log, {
    info: ((...line: unknown[]) => written.push(line)) as LogFn,
  })
  afterEach(() => void written.splice(0))

  it('a server that is known on this machine only writes mails to its log', async () => {
    const mailer = mailerOf({}, listening)
    expect(await mailer.isConfigured()).toBe(false)
    await mailer.send(hello)
    expect(written).toEqual([[{ mail: hello }, 'SMTP_URL is not set: this mail is written here and not sent']])
  })

  it('a server that is known to others keeps what signs people in out of its log', async () => {
    const mailer = mailerOf({ PUBLIC_URL: 'https://api.shop.example' }, listening)
    expect((await failureOf(mailer.send(hello))).permanent).toBe(true)
    expect(written).toEqual([])
  })
})

describe('the server', () => {
  it('has a mailer of its settings', async () => {
    const receiver = await receive()
    const server = await startServer({ SMTP_URL: `smtp://127.0.0.1:${receiver.port}`, MAIL_FROM: 'mail@shop.example' })
    try {
      await server.app.get(Mailer).send(hello)
      expect(receiver.mails).toMatchObject([{ to: ['ada@example.com'], from: 'mail@shop.example' }])
    } finally {
      await server.stop()
    }
  })
})

afterAll(() => setDefaultCACertificates(getCACertificates('bundled')))
