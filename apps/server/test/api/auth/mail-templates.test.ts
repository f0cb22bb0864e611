import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailKinds, neededBy } from '../../../src/accounts/mails/account-mail.js'
import { AccountMails } from '../../../src/accounts/mails/account-mails.js'
import { startServer, type TestServer } from '../../support/index.js'
import { type Mailbox, startMailbox } from '../mail/mailbox.js'
import { adminEnv, newEmail, signInAdmin, signUp } from './people.js'

const base = '/api/v1/admin/mail-templates'
let server: TestServer
let mailbox: Mailbox
let token: string

beforeAll(async () => {
  mailbox = await startMailbox()
  server = await startServer({ ...adminEnv, ...mailbox.env })
  token = (await signInAdmin(server)).accessToken
  const quiet = { verifyOnSignUp: false }
  await server.request('PATCH', '/api/v1/admin/settings/auth.email', { token, body: quiet })
})
afterAll(async () => {
  await server.stop()
  await mailbox.close()
})

const ask = (method: string, path: string, body?: unknown) =>
  server.request(method, base + path, { token, ...(body !== undefined && { body }) })

describe('built-in mails', () => {
  it.each(mailKinds.flatMap((kind) => ['en', 'de'].map((language) => [kind, language] as const)))(
    '%s in %s can be read as text and as HTML',
    async (kind, language) => {
      const source = (await ask('GET', `/${kind}/${language}`)).json.data
      expect(source).toMatchObject({ kind, language, custom: false, changedAt: null })
      const { subject, text, html } = source
      const preview = await ask('POST', '/preview', { kind, language, subject, text, html })
      expect(preview.status, preview.text).toBe(200)
      const mail = preview.json.data
      const { host } = new URL(server.config.publicUrl)
      expect(mail.subject).toContain(host)
      for (const part of [mail.subject, mail.text, mail.html]) expect(part).not.toMatch(/\{[{%]|undefined/)
      expect(mail.html).toContain(`<html lang="${language}">`)
      if (neededBy[kind] === 'link') {
        expect(mail.text).toMatch(/^http\S+\?token=sample$/m)
        expect(mail.html.match(/href="http[^"]*token=sample"/g)).toHaveLength(2)
        expect(mail.text).toContain(language === 'de' ? '30 Minuten' : '30 minutes')
      }
      if (neededBy[kind] === 'code') expect(mail.text).toMatch(/^123456$/m)
      expect(mail.html.length).toBeLessThan(6000)
    },
  )
})

describe('templates', () => {
  const draft = { subject: 'Salut {{ app }}', text: 'Suivez {{ link }}', html: '<p>{{ link }}</p>' }

  it('are written in other languages, listed, and dropped', async () => {
    expect((await ask('GET', '/link/fr')).status).toBe(404)
    const put = await ask('PUT', '/link/FR', draft)
    expect(put.json.data).toMatchObject({ kind: 'link', language: 'fr', custom: true, ...draft })
    const listed = (await ask('GET', '')).json.data
    expect(listed).toHaveLength(mailKinds.length * 2 + 1)
    expect(listed).toContainEqual({ kind: 'link', language: 'fr', custom: true, changedAt: put.json.data.changedAt })
    expect((await ask('DELETE', '/link/fr')).status).toBe(204)
    expect((await ask('DELETE', '/link/fr')).status).toBe(404)
    expect((await ask('GET', '/link/fr')).status).toBe(404)
  })

  it('stand in the place of built-in ones until they are dropped', async () => {
    await ask('PUT', '/verify/en', { ...draft, html: undefined })
    expect((await ask('GET', '/verify/en')).json.data).toMatchObject({ custom: true, html: null, text: draft.text })
    await ask('DELETE', '/verify/en')
    expect((await ask('GET', '/verify/en')).json.data).toMatchObject({ custom: false })
  })

  it.each([
    ['html', '<p>\n  {{ lnk }} {{ link }}', 2, 6],
    ['text', '{% if link %}{{ link }}', 1, 1],
    ['text', '{{ link | shout }}', 1, 1],
    ['subject', '{{ link', 1, 1],
    ['text', '\n\n{% for x in (1..1000000000) %}{{ link }}{% endfor %}', 3, 1],
    ['html', "{{ link }}{% include '/etc/passwd' %}", 1, 11],
    ['html', "{{ link }}{% render '/etc/passwd' %}", 1, 11],
    ['html', '{{ link | raw }}', 1, 1],
    ['text', '{{ app.constructor }}{{ link }}', 1, 4],
  ])('name the place of what is wrong in the %s %j', async (part, source, line, column) => {
    const { json } = await ask('PUT', '/link/en', { ...draft, [part]: source })
    expect(json).toMatchObject({ status: 422, errors: [{ path: part, code: 'invalid_template' }] })
    expect(json.detail).toContain(`${part}, line ${line}, column ${column}: `)
  })

  it.each([
    ['/link/en', { ...draft, text: 'no link' }, 'text'],
    ['/link/en', { ...draft, html: '<p>no link</p>' }, 'html'],
    ['/code/en', { ...draft, html: undefined }, 'text'],
  ])('of %s must hold what the mail is for: %j', async (path, body, part) => {
    const { json } = await ask('PUT', path, body)
    expect(json).toMatchObject({ status: 422, errors: [{ path: part, code: 'required' }] })
  })

  it('are refused in what is no language or kind, and to everybody but admins', async () => {
    expect((await ask('PUT', '/nothing/en', draft)).status).toBe(404)
    expect((await ask('PUT', '/link/deutsch_', draft)).status).toBe(400)
    const { accessToken } = await signUp(server)
    for (const path of ['', '/link/en'])
      expect((await server.request('GET', base + path, { token: accessToken })).status).toBe(403)
    expect((await server.request('POST', `${base}/link/en/test`, { body: { to: 'a@b.example' } })).status).toBe(401)
  })
})

describe('mails', () => {
  const send = (mail: Parameters<AccountMails['enqueue']>[1]) =>
    server.app.get(AccountMails).enqueue(server.database, mail)

  it('are sent to try them', async () => {
    const to = newEmail()
    expect((await ask('POST', '/code/de/test', { to })).status).toBe(204)
    const mail = mailbox.to(to)[0]!
    expect(mail.code).toBe('123456')
    expect(mail.subject).toContain('Ihr Code für')
    expect(mail.html).toContain('123456')
  })

  it('come in the language of the account, else of the request, else in English', async () => {
    const { email, id } = await signUp(server)
    const before = mailbox.to(email).length
    const data = { code: '987654', minutes: 10 }
    await send({ kind: 'code', to: email, data, locale: 'xx' })
    expect((await mailbox.next(email, before + 1)).text).toContain('Your code')
    await send({ kind: 'code', to: email, data, locale: 'de-CH' })
    expect((await mailbox.next(email, before + 2)).text).toContain('Ihr Code')
    await server.database.run({
      text: "insert into holdfast.accounts (user_id, locale) values ($1, 'de') on conflict (user_id) do update set locale = 'de'",
      values: [id],
    })
    await send({ kind: 'code', to: email, data, locale: 'en' })
    const mail = await mailbox.next(email, before + 3)
    expect([mail.code, mail.text]).toEqual(['987654', expect.stringContaining('10 Minuten')])
  })

  it('A104: escape names that people chose, and make no links of them', async () => {
    const to = newEmail()
    const subject = '<img src=x onerror=alert(1)>\r\nBcc: x@y.example https://evil.example/\u202Egnp'
    await send({ kind: 'teamInvite', to, data: { link: 'https://shop.example/?token=x', subject } })
    const { html, text, subject: line } = await mailbox.next(to)
    expect(html).toContain('&lt;img src=x')
    expect(html).not.toContain('<img')
    for (const part of [html, text, line]) expect(part).not.toMatch(/https:\/\/evil|\u202E/)
    expect(mailbox.receiver.mails.filter((mail) => mail.to.includes('x@y.example'))).toEqual([])
  })

  it('name the app as the settings do', async () => {
    const settings = (value: object) =>
      server.request('PATCH', '/api/v1/admin/settings/auth.mails', { token, body: value })
    expect((await settings({ color: 'red;background:url(//x)' })).status).toBe(422)
    expect((await settings({ appName: 'Ada & Co', color: '#aa0000' })).status).toBe(200)
    const { json } = await ask('POST', '/preview', { kind: 'link', ...draftOf() })
    await settings({ appName: null, color: null })
    expect(json.data).toMatchObject({ subject: 'Ada & Co', text: expect.stringContaining('Ada & Co') })
    expect(json.data.html).toContain('Ada &amp; Co')
  })

  const draftOf = () => ({ subject: '{{ app }}', text: '{{ app }} {{ link }}', html: '{{ app }} {{ link }}' })

  it('lead to pages of the app where admins say so', async () => {
    const settings = (pages: unknown) =>
      server.request('PATCH', '/api/v1/admin/settings/auth.mails', { token, body: { pages } })
    expect((await settings({ reset: 'javascript:alert(1)' })).json).toMatchObject({ errors: [{ path: 'pages.reset' }] })
    expect((await settings({ reset: 'https://app.example.com/new-password' })).status).toBe(200)
    const { email } = await signUp(server)
    const before = mailbox.to(email).length
    await server.request('POST', '/api/v1/auth/password/forgot', { body: { email } })
    await expect.poll(() => mailbox.to(email).length, { timeout: 30_000 }).toBeGreaterThan(before)
    await settings(null)
    const mail = mailbox.to(email).find(({ subject }) => subject.includes('password'))!
    expect(mail.text).toContain(`\nhttps://app.example.com/new-password?token=${mail.token}\n`)
    expect(mail.html).toContain(`href="https://app.example.com/new-password?token=${mail.token}"`)
  })

  it('need a mail server on a public server, which says so', async () => {
    const silent = await startServer({ ...adminEnv, PUBLIC_URL: 'https://shop.example' })
    const { accessToken } = await signInAdmin(silent)
    const { json } = await silent.request('POST', `${base}/link/en/test`, {
      token: accessToken,
      body: { to: 'ada@example.com' },
    })
    await silent.stop()
    expect(json).toMatchObject({ status: 503, code: 'unavailable', hint: expect.stringContaining('SMTP_URL') })
  })
})
