import { afterAll, beforeAll, expect, it } from 'vitest'
import { startReceiver } from '../../security/outbound/receiver.js'
import { adminEmail } from '../../support/personas.js'
import { type SmtpReceiver, startSmtpReceiver } from '../mail/smtp-receiver.js'
import { eventually, Hooks } from './hooks.js'

let hooks: Hooks
let smtp: SmtpReceiver

beforeAll(async () => {
  smtp = await startSmtpReceiver()
  hooks = await Hooks.start({ SMTP_URL: `smtp://127.0.0.1:${smtp.port}`, MAIL_FROM: 'holdfast@example.com' })
})
afterAll(async () => {
  await hooks?.server.stop()
  await smtp?.close()
})

it('admins get a mail when a webhook is disabled, and nothing of its URL but the host', async () => {
  const receiver = await startReceiver((response) => {
    response.writeHead(410).end()
  })
  const { id } = await hooks.create(receiver.port, { url: `http://127.0.0.1:${receiver.port}/secret-path` })
  await hooks.post()
  await eventually(async () => expect(smtp.mails).toHaveLength(1))
  const [mail] = smtp.mails
  expect(mail!.to).toEqual([adminEmail])
  expect(mail!.raw).toContain('410 Gone')
  expect(mail!.raw).toContain(id)
  expect(mail!.raw).not.toContain('secret-path')
  receiver.close()
})
