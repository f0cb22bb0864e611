import { afterAll, beforeAll, expect, it } from 'vitest'
import { type SmtpReceiver, startSmtpReceiver } from '../api/mail/smtp-receiver.js'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest
let mailbox: SmtpReceiver

beforeAll(async () => {
  mailbox = await startSmtpReceiver()
  test = await startConsole({
    env: {
      SIGNUP_ENABLED: 'false',
      OUTBOUND_ALLOW: '127.0.0.1',
      OUTBOUND_PORTS: '1-65535',
      SECRET_KEY: 's'.repeat(32),
    },
  })
})
afterAll(async () => {
  await test?.stop()
  await mailbox?.close()
})

const sectionOf = async (name: string) =>
  (await test.client.admin.settings.list()).find(({ section }) => section === name)!.value

it('sets the mail server, keeps its password to itself, and sends a test mail', async () => {
  const page = await test.open('/settings')
  await page.getByRole('heading', { name: 'Mail server' }).waitFor()
  await page.getByRole('textbox', { name: 'Host' }).fill('mail.example.com')
  await page.getByRole('textbox', { name: 'From' }).fill('nobody')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('alert').waitFor()
  await picture(page, 'settings-refused')
  expect(await violations(page)).toEqual([])

  await page.getByRole('textbox', { name: 'From' }).fill('Our shop <mail@shop.example>')
  await page.getByRole('textbox', { name: 'User' }).fill('me')
  await page.getByLabel('Password', { exact: true }).fill('very secret')
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Replace' }).waitFor()
  expect(await page.content()).not.toContain('very secret')
  expect(await sectionOf('mail')).toMatchObject({ host: 'mail.example.com', user: 'me', password: '***' })

  await page.getByRole('textbox', { name: 'Host' }).fill('127.0.0.1')
  await page.getByRole('textbox', { name: 'Port' }).fill(String(mailbox.port))
  await page.getByRole('combobox', { name: 'Security' }).click()
  await page.getByRole('option', { name: 'starttls' }).click()
  await page.getByRole('textbox', { name: 'User' }).fill('')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => sectionOf('mail')).toMatchObject({ host: '127.0.0.1', port: mailbox.port, user: '' })
  await page.getByLabel('Send a test mail to').fill('ada@example.com')
  await page.getByRole('button', { name: 'Send' }).click()
  await expect.poll(() => mailbox.mails.length, { timeout: 15_000 }).toBe(1)
  expect(mailbox.mails[0]).toMatchObject({ to: ['ada@example.com'], from: 'mail@shop.example' })
  await picture(page, 'settings-mail')
  expect(test.complaints).toEqual([])
})

it('shows what the environment pins, and every key of it', async () => {
  const page = await test.open('/settings/auth.signUp', { dark: true })
  await page.getByText('Pinned by SIGNUP_ENABLED').waitFor()
  expect(await page.getByRole('switch').isDisabled()).toBe(true)
  await picture(page, 'settings-pinned-dark')
  expect(await violations(page)).toEqual([])
  await page.getByRole('link', { name: 'Environment' }).click()
  await page.getByText('Set, and secret').first().waitFor()
  await page.getByRole('textbox', { name: 'Search the environment' }).fill('sign')
  await expect.poll(() => page.getByRole('row').count()).toBe(2)
  await picture(page, 'settings-environment-dark')
  expect(await violations(page)).toEqual([])
})

it('changes lists, names and numbers on a phone', async () => {
  const page = await test.open('/settings/auth.redirects', { phone: true })
  await page.getByRole('combobox', { name: 'Allow' }).fill('https://app.example.com')
  await page.keyboard.press('Enter')
  await picture(page, 'settings-phone')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => sectionOf('auth.redirects')).toEqual({ allow: ['https://app.example.com'] })
  // Until the page knows that it is saved, it asks before it is left.
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.getByRole('combobox', { name: 'Settings' }).selectOption('Passwords')
  await page.getByLabel('Min length').fill('12')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => sectionOf('auth.passwords')).toMatchObject({ minLength: 12 })
  await test.client.admin.settings.update('auth.passwords', { minLength: null })
})
