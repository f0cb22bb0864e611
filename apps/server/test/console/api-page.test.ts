import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { admin, type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest
const hostile = `it's <img src=x onerror=alert(1)> $(touch /tmp/x) "quoted" \\`

beforeAll(async () => {
  test = await startConsole({
    collections: [
      {
        name: 'notes',
        fields: [
          { name: 'title', type: 'text', required: true, searchable: 'A', index: true },
          { name: 'stars', type: 'integer', min: 1, max: 5 },
          { name: 'done', type: 'boolean', default: false },
          { name: 'owner', type: 'relation', collection: 'users' },
        ],
        rules: [{ role: 'public', action: 'read', conditions: { done: true } }],
      },
    ],
  })
  await test.client.collection('notes').create({ title: hostile, stars: 3, done: false })
})
afterAll(() => test?.stop())

it('shows how to connect, and the types of all collections', async () => {
  const page = await test.open('/api')
  await page.getByText('export interface Note {').waitFor()
  await picture(page, 'api')
  expect(await violations(page)).toEqual([])
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Download schema.d.ts' }).click()
  expect((await download).suggestedFilename()).toBe('schema.d.ts')
  await page.getByRole('main').getByRole('link', { name: 'notes' }).click()
  await page.getByRole('heading', { name: 'API of notes' }).waitFor()
})

it('gives commands that work as they are, whatever records hold', async () => {
  const page = await test.open('/api/notes?operation=filter')
  const { accessToken } = (await test.server.request('POST', '/api/v1/auth/login', { body: admin })).json.data
  const command = page.getByRole('region', { name: 'curl' })
  const run = async (): Promise<{ data: { title: string }[] }> => {
    const text = (await command.textContent()) ?? ''
    const env = { ...process.env, TOKEN: accessToken }
    const { stdout } = await promisify(execFile)('sh', ['-c', text], { env })
    return JSON.parse(stdout)
  }
  expect((await run()).data.map(({ title }) => title)).toEqual([hostile])
  await page.getByRole('link', { name: 'Search' }).click()
  await page.getByText('mistakes in typing').waitFor()
  expect((await run()).data).toHaveLength(1)
  await page.getByRole('link', { name: 'Create' }).click()
  await page.getByText('Makes a record').waitFor()
  expect(await run()).toMatchObject({ data: { title: 'A title', stars: 1 } })
  await page.getByText('TypeScript', { exact: true }).click()
  await page.getByText("client.collection('notes').create(").waitFor()
  await picture(page, 'api-collection')
  expect(await violations(page)).toEqual([])
  await page.getByText('Types', { exact: true }).click()
  await page.getByText('export interface NoteCreate {').waitFor()
  expect(new URL(page.url()).searchParams.get('view')).toBe('types')
})

it('tries requests, as an admin and without a token', async () => {
  const page = await test.open('/api/notes?operation=filter', { dark: true })
  const panel = page.getByRole('region', { name: 'Try it' })
  await panel.getByRole('button', { name: 'Send' }).click()
  await panel.getByText('200 OK').waitFor()
  await panel.getByText('onerror=alert(1)').waitFor()
  await picture(page, 'api-try')
  expect(await violations(page)).toEqual([])
  await panel.getByRole('tab', { name: 'Headers' }).click()
  await panel.getByText('content-type: application/json').waitFor()
  await panel.getByText('Without a token').click()
  await panel.getByLabel('Query').fill('count=exact')
  await panel.getByRole('button', { name: 'Send' }).click()
  await panel.getByRole('tab', { name: 'Body' }).click()
  await panel.getByText('"total": 0').waitFor()
  await panel.getByLabel('Method').selectOption('POST')
  await panel.getByRole('button', { name: 'Send' }).click()
  await panel.getByText(/^4\d\d /).waitFor()
  await panel.getByText('As you, an admin').click()
  await panel.getByLabel('Path').fill('/auth/logout')
  await panel.getByText('This would change your own session').waitFor()
  expect(await panel.getByRole('button', { name: 'Send' }).isDisabled()).toBe(true)
  expect(test.complaints).toEqual([])
})

it('fits a phone', async () => {
  const page = await test.open('/api/notes', { phone: true })
  await page.getByLabel('Operation', { exact: true }).selectOption('update')
  await page.getByRole('region', { name: 'curl' }).getByText('PATCH').waitFor()
  await picture(page, 'api-phone')
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  expect(await violations(page)).toEqual([])
  await page.goto('/console/api/nothing')
  await page.getByText('There is no such collection').waitFor()
  expect(test.complaints).toEqual([])
})
