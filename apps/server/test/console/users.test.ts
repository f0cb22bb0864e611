import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

const password = 'analytical engine 1'
const hostile = `<img src=x onerror="document.title='pwned'">`

let test: ConsoleTest
let page: Page

beforeAll(async () => {
  const teams = { name: 'teams', members: true, fields: [{ name: 'name', type: 'text' as const }] }
  test = await startConsole({ collections: [teams] })
  await test.client.admin.roles.create({ name: 'editor', description: 'Publishes posts' })
  for (const name of ['ada', 'grace', 'linus'])
    await test.client.admin.users.create({ email: `${name}@example.com`, password, emailIsProven: true })
  await test.client.admin.serviceAccounts.create({ name: hostile })
  page = await test.open('/users')
})
afterAll(() => test?.stop())

const idOf = async (search: string): Promise<string> => (await test.client.admin.users.list({ search })).data[0]!.id
const button = (name: string) => page.getByRole('button', { name, exact: true })
const dialog = () => page.getByRole('dialog')

async function signIn(name: string, userAgent: string): Promise<string> {
  const { json } = await test.server.request('POST', '/api/v1/auth/login', {
    body: { email: `${name}@example.com`, password },
    headers: { 'user-agent': userAgent },
  })
  return json.data.accessToken
}
const statusOf = async (token: string): Promise<number> =>
  (await test.server.request('GET', '/api/v1/auth/me', { token })).status

it('finds users, and keeps in the URL whom', async () => {
  await page.getByRole('link', { name: 'ada@example.com' }).waitFor()
  await page.getByText(hostile, { exact: true }).waitFor()
  await picture(page, 'users')
  expect(await violations(page)).toEqual([])
  await page.getByLabel('Search users').fill('grace@')
  await page.getByRole('link', { name: 'ada@example.com' }).waitFor({ state: 'detached' })
  await page.getByRole('link', { name: 'grace@example.com' }).waitFor()
  expect(new URL(page.url()).searchParams.get('search')).toBe('grace@')
  await page.reload()
  await page.getByRole('link', { name: 'grace@example.com' }).waitFor()
  expect(await page.getByLabel('Search users').inputValue()).toBe('grace@')
  await page.getByLabel('Search users').fill('nobody at all')
  await page.getByRole('heading', { name: 'Nobody is like this' }).waitFor()
  await page.getByLabel('Search users').fill('')
  await page.getByRole('link', { name: 'ada@example.com' }).waitFor()
})

it('does the same for many at once', async () => {
  await page.getByLabel('Select ada@example.com').check()
  await page.getByLabel('Select grace@example.com').check()
  await picture(page, 'users-bulk')
  await button('Give a role').click()
  await dialog().getByRole('combobox', { name: 'Roles' }).click()
  await page.getByRole('option', { name: 'editor' }).click()
  await page.keyboard.press('Escape')
  await dialog().getByRole('button', { name: 'Give roles' }).click()
  await page.getByText('2 users have the roles').waitFor()
  const editors = await test.client.admin.users.list({ role: 'editor' })
  expect(editors.data.map(({ email }) => email).sort()).toEqual(['ada@example.com', 'grace@example.com'])
})

it('invites somebody, who then is a user', async () => {
  await page.getByRole('link', { name: 'Invite', exact: true }).click()
  await dialog().getByLabel('E-mail').fill('alan@example.com')
  await dialog().getByRole('combobox', { name: 'Roles' }).click()
  await page.getByRole('option', { name: 'editor' }).click()
  await page.keyboard.press('Escape')
  await dialog().getByRole('button', { name: 'Send invitation' }).click()
  const link = await dialog().getByText('/auth/ui/invite?token=').textContent()
  await picture(page, 'invite-link')
  await dialog().getByRole('button', { name: 'Done' }).click()
  await page.getByRole('cell', { name: 'alan@example.com', exact: true }).waitFor()
  await picture(page, 'invites')
  expect(await violations(page)).toEqual([])
  const token = new URL(link!).searchParams.get('token')
  const accepted = await test.server.request('POST', '/api/v1/auth/invite/accept', { body: { token, password } })
  expect(accepted.status, accepted.text).toBe(200)
  expect((await test.client.admin.users.get(await idOf('alan@'))).roles).toEqual(['editor'])
})

it('ends one session of a user, and all by disabling them', async () => {
  const phone = await signIn('ada', `Mozilla/5.0 ${hostile}`)
  const desktop = await signIn('ada', 'Mozilla/5.0 (Windows NT 10.0; rv:130.0) Gecko/20100101 Firefox/130.0')
  await page.goto(`/console/users/${await idOf('ada@')}`)
  await page.getByRole('table', { name: 'Sessions' }).waitFor()
  await picture(page, 'user')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'End the session of Firefox on Windows' }).click()
  await expect.poll(() => statusOf(desktop)).toBe(401)
  expect(await statusOf(phone)).toBe(200)
  await button('Disable user').click()
  await dialog().getByRole('button', { name: 'Disable' }).click()
  await page.getByText('Signed in nowhere.').waitFor()
  expect(await statusOf(phone)).toBe(401)
  await button('Enable user').click()
  await dialog().getByRole('button', { name: 'Enable' }).click()
  await page.getByText('Active', { exact: true }).waitFor()
  expect(await statusOf(await signIn('ada', 'again'))).toBe(200)
})

it('opens an app as a user, and stays the console of the admin', async () => {
  await page.goto(`/console/users/${await idOf('grace@')}`)
  await button('Act as this user').click()
  await dialog().getByLabel('Reason').fill('Ticket 4711')
  await dialog().getByLabel('Page of the app').fill(`${test.server.config.publicUrl}/signed-in`)
  await picture(page, 'impersonate')
  const [app] = await Promise.all([
    page.context().waitForEvent('page'),
    dialog().getByRole('button', { name: 'Open the app' }).click(),
  ])
  await app.waitForURL(/signed-in\?code=/)
  const code = new URL(app.url()).searchParams.get('code')
  const opened = await test.server.request('POST', '/api/v1/auth/oauth/exchange', { body: { code } })
  const { accessToken } = opened.json.data
  const me = await test.server.request('GET', '/api/v1/auth/me', { token: accessToken })
  expect(me.json.meta.impersonation).toMatchObject({ by: 'admin@example.com', reason: 'Ticket 4711', current: true })
  await app.close()
  await page.reload()
  await page.getByText('admin@example.com acts as the user: Ticket 4711').waitFor()
  await picture(page, 'impersonated')
  await page.getByRole('button', { name: /^End the session/ }).click()
  await page.getByText('Signed in nowhere.').waitFor()
  expect(await statusOf(accessToken)).toBe(401)
})

it('deletes a user once the address is typed', async () => {
  const id = await idOf('linus@')
  await page.goto(`/console/users/${id}`)
  await button('Delete user').click()
  const confirm = dialog().getByRole('button', { name: 'Delete', exact: true })
  expect(await confirm.isDisabled()).toBe(true)
  await dialog().getByLabel('Type linus@example.com to go on').fill('linus@example.com')
  await picture(page, 'user-delete')
  await confirm.click()
  await page.getByRole('heading', { name: 'Users', exact: true }).waitFor()
  await expect(test.client.admin.users.get(id)).rejects.toMatchObject({ code: 'not_found' })
})

it('makes roles, and tells who has them', async () => {
  await page.goto('/console/roles')
  await page.getByRole('row', { name: /editor.*Publishes posts/ }).waitFor()
  await button('New role').click()
  await dialog().getByLabel('Name').fill('auditor')
  await dialog().getByLabel('Ask for a second factor').check()
  await dialog().getByRole('button', { name: 'Create role' }).click()
  await page.getByRole('row', { name: /auditor/ }).waitFor()
  await picture(page, 'roles')
  expect(await violations(page)).toEqual([])
  expect(await test.client.admin.roles.list()).toContainEqual(
    expect.objectContaining({ name: 'auditor', secondFactor: true }),
  )
})

it('puts a user into a team, in the dark and on a phone', async () => {
  const team = await test.client.collection('teams').create({ name: hostile })
  const phone = await test.open('/teams', { phone: true, dark: true })
  await phone.getByRole('link', { name: hostile }).click()
  await phone.getByRole('button', { name: 'Add member' }).click()
  await phone.getByRole('combobox', { name: 'User' }).fill('alan@')
  await phone.getByRole('option', { name: 'alan@example.com' }).click()
  await phone.getByRole('dialog').getByRole('button', { name: 'Add member' }).click()
  await phone.getByRole('link', { name: 'alan@example.com' }).waitFor()
  await picture(phone, 'team-phone-dark')
  expect(await violations(phone)).toEqual([])
  const { data } = await test.client.teams.members(String(team.id))
  expect(data.map(({ email, roles }) => [email, roles])).toContainEqual(['alan@example.com', ['member']])
  await phone.goto('/console/users')
  await phone.getByRole('link', { name: 'alan@example.com' }).waitFor()
  await picture(phone, 'users-phone-dark')
  expect(await violations(phone)).toEqual([])
  expect(await phone.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await phone.goto(`/console/users/${await idOf('alan@')}`)
  await phone.getByRole('link', { name: hostile }).waitFor()
  await picture(phone, 'user-phone-dark')
  expect(await violations(phone)).toEqual([])
  await phone.goto('/console/service-accounts')
  await phone.getByRole('link', { name: hostile, exact: true }).waitFor()
  expect(await violations(phone)).toEqual([])
  expect(await phone.title()).not.toBe('pwned')
  expect(test.complaints).toEqual([])
})
