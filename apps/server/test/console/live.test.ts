import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

vi.setConfig({ testTimeout: 120_000 })

/** Other things may be busy on the same machine. */
const patience = { timeout: 30_000 }
const hostile = '<img src=x onerror="document.title=1">'

let test: ConsoleTest

beforeAll(async () => {
  test = await startConsole({
    collections: [
      { name: 'notes', fields: [{ name: 'text', type: 'text' }] },
      { name: 'tags', fields: [{ name: 'name', type: 'text' }] },
    ],
  })
})
afterAll(() => test?.stop())

it('shows changes as they are made, with what was before, and pauses, filters and forgets', async () => {
  const page = await test.open('/realtime')
  await page.getByText('Live', { exact: true }).waitFor(patience)
  await page.getByText('Waiting for changes').waitFor()
  await picture(page, 'realtime-empty')
  const note = (await test.client.collection('notes').create({ text: 'one' })) as { id: string }
  await test.client.collection('notes').update(note.id, { text: hostile })
  await test.client.collection('tags').create({ name: 'red' })
  const changes = page.getByRole('list', { name: 'Changes' }).getByRole('listitem')
  await expect.poll(() => changes.count(), patience).toBe(3)
  await changes.filter({ hasText: 'update' }).getByRole('button').click()
  const diff = page.getByRole('table', { name: 'What changed' })
  await diff.getByText('onerror').waitFor()
  await diff.getByText('"one"').waitFor()
  expect(await page.locator('img[src=x]').count()).toBe(0)
  await changes.first().getByText('admin@example.com').waitFor(patience)
  await picture(page, 'realtime')
  expect(await violations(page)).toEqual([])

  await page.keyboard.press('p')
  await page.getByText('Paused', { exact: true }).waitFor()
  await test.client.collection('notes').delete(note.id)
  await page.getByRole('button', { name: 'Go on' }).click()
  await expect.poll(() => changes.count(), patience).toBe(4)
  await page.getByLabel('Id of a record').fill(note.id)
  await expect.poll(() => changes.count(), patience).toBe(3)
  expect(page.url()).toContain(note.id)
  await page.getByLabel('User', { exact: true }).fill('nobody@example.com')
  await page.getByText('Nobody has this address').waitFor(patience)
  await page.getByLabel('User', { exact: true }).fill('Admin@example.com')
  await expect.poll(() => page.url(), patience).toContain('by=')
  expect(page.url()).not.toContain('example.com')
  expect(await changes.count()).toBe(3)
  await page.getByRole('button', { name: 'Clear' }).click()
  await page.getByText('Waiting for changes').waitFor()
  const phone = await test.open('/realtime?collection=tags', { phone: true, dark: true })
  await phone.getByText('Live', { exact: true }).waitFor(patience)
  await test.client.collection('notes').create({ text: 'not here' })
  await test.client.collection('tags').create({ name: 'blue' })
  await expect.poll(() => phone.getByRole('listitem').filter({ hasText: 'tags' }).count(), patience).toBe(1)
  await picture(phone, 'realtime-phone-dark')
  expect(await violations(phone)).toEqual([])
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390)
  expect(test.complaints).toEqual([])
})

it('opens channels by rules, tells where one is wrong, and changes and deletes them', async () => {
  const page = await test.open('/realtime')
  await page.getByRole('link', { name: 'Channels', exact: true }).click()
  await page.getByText('No channels yet').waitFor(patience)
  await picture(page, 'channels-empty')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'New channel' }).click()
  const created = page.getByRole('dialog', { name: 'New channel' })
  await created.getByLabel('Name').fill('Not a name')
  await created.getByRole('combobox', { name: 'A channel for each record of' }).click()
  await page.getByRole('option', { name: 'notes' }).click()
  const conditions = created.getByRole('textbox', { name: 'Conditions' })
  await conditions.click()
  await page.keyboard.insertText('{"nothing": 1}')
  await created.getByRole('button', { name: 'Create the channel' }).click()
  await expect.poll(() => created.locator('[aria-invalid=true]').count(), patience).toBeGreaterThan(0)
  await created
    .getByText(/nothing/)
    .last()
    .waitFor()
  await picture(page, 'channel-wrong')
  expect(await violations(page)).toEqual([])
  await created.getByLabel('Name').fill('room')
  await conditions.click()
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.insertText('{"text": "open"}')
  await created.getByText('Be seen and see others').click()
  await created.getByRole('button', { name: 'Create the channel' }).click()
  await created.waitFor({ state: 'hidden' })
  const rules = [{ role: 'user', action: ['join', 'send'], conditions: { text: 'open' } }]
  expect(await test.client.admin.channels.get('room')).toEqual({ name: 'room', collection: 'notes', rules })

  await test.client.admin.channels.create({ name: 'lobby', description: hostile, rules: [] })
  const phone = await test.open('/realtime/channels', { phone: true, dark: true })
  await phone.getByText('onerror').waitFor(patience)
  expect(await phone.locator('img[src=x]').count()).toBe(0)
  await picture(phone, 'channels-phone-dark')
  expect(await violations(phone)).toEqual([])
  expect(await phone.evaluate('document.documentElement.scrollWidth')).toBe(390)
  await phone.getByRole('link', { name: 'lobby' }).click()
  const edited = phone.getByRole('dialog', { name: 'Channel lobby' })
  expect(phone.url()).toContain('channel=lobby')
  await edited.getByRole('button', { name: 'Add rule' }).click()
  await picture(phone, 'channel-phone-dark')
  expect(await violations(phone)).toEqual([])
  await edited.getByRole('button', { name: 'Save' }).click()
  await edited.waitFor({ state: 'hidden' })
  expect((await test.client.admin.channels.get('lobby')).rules).toEqual([
    { role: 'user', action: ['join', 'send', 'presence'] },
  ])
  await phone.getByRole('link', { name: 'room' }).click()
  await phone.getByRole('button', { name: 'Delete the channel' }).click()
  await phone.getByRole('button', { name: 'Delete it' }).click()
  await phone.getByRole('link', { name: 'room' }).waitFor({ state: 'hidden', ...patience })
  expect((await test.client.admin.channels.list()).map(({ name }) => name)).toEqual(['lobby'])
  expect(test.complaints).toEqual([])
})

it('lists jobs and schedules, says why one failed, and tries it again', async () => {
  const [schedule] = await test.client.admin.jobs.schedules()
  const kind = schedule!.name
  const { rows } = await test.server.database.run({
    text: `insert into holdfast_jobs.job (name, data, state, retry_limit, retry_count, started_on, completed_on, output)
      values ($1, '{}', 'failed', 0, 0, now(), now(), $2) returning id`,
    values: [kind, JSON.stringify({ message: hostile })],
  })
  const id = rows[0]![0] as string
  const page = await test.open('/jobs?state=failed', { dark: true })
  await page.getByRole('table', { name: 'Jobs' }).getByRole('link', { name: kind }).first().click()
  const drawer = page.getByRole('dialog', { name: 'Job' })
  await drawer.getByText('onerror').waitFor(patience)
  expect(await page.locator('img[src=x]').count()).toBe(0)
  await picture(page, 'job-failed-dark')
  expect(await violations(page)).toEqual([])
  await drawer.getByRole('button', { name: 'Retry' }).click()
  await expect.poll(async () => (await test.client.admin.jobs.get(id)).state, patience).not.toBe('failed')
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  await page.getByRole('link', { name: 'Schedules', exact: true }).click()
  await page.getByRole('table', { name: 'Schedules' }).getByText(kind).waitFor(patience)
  await picture(page, 'schedules-dark')
  expect(await violations(page)).toEqual([])
  expect(test.complaints).toEqual([])
})

it('cancels a job that waits, and tries all again that failed', async () => {
  const kind = (await test.client.admin.jobs.schedules())[1]!.name
  const insert = async (columns: string, values: string): Promise<string> => {
    const text = `insert into holdfast_jobs.job (name, data, retry_limit, ${columns}) values ($1, '{}', 0, ${values}) returning id`
    return (await test.server.database.run({ text, values: [kind] })).rows[0]![0] as string
  }
  const stateOf = async (id: string) => (await test.client.admin.jobs.get(id)).state
  const waiting = await insert('start_after', "now() + interval '1 day'")
  const failed = [
    await insert('state, completed_on', "'failed', now()"),
    await insert('state, completed_on', "'failed', now()"),
  ]
  const page = await test.open(`/jobs?kind=${kind}&job=${waiting}`)
  const drawer = page.getByRole('dialog', { name: 'Job' })
  await drawer.getByRole('button', { name: 'Cancel the job' }).click()
  await drawer.getByText('cancelled', { exact: true }).waitFor(patience)
  expect(await stateOf(waiting)).toBe('cancelled')
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'hidden' })
  await page.getByRole('button', { name: 'Retry all failed' }).click()
  await page.getByRole('button', { name: 'Retry them' }).click()
  await page.getByText('2 jobs are tried again').waitFor(patience)
  for (const id of failed) await expect.poll(() => stateOf(id), patience).not.toBe('failed')
  expect(await stateOf(waiting)).toBe('cancelled')
  await picture(page, 'jobs')
  expect(test.complaints).toEqual([])
})

it('exports what the grid finds', async () => {
  await test.client.collection('notes').create([{ text: '=1+1' }, { text: 'plain' }])
  const search = encodeURIComponent(JSON.stringify({ text: { $in: ['=1+1', 'plain'] } }))
  const page = await test.open(`/data/notes?filter=${search}&sort=text`)
  // The dialog of the browser is none that a test can answer.
  await page.evaluate('window.showSaveFilePicker = undefined')
  await page.getByRole('button', { name: 'Import and export' }).click()
  await page.getByRole('menuitem', { name: 'Export to a file' }).click()
  await page.getByLabel('Those that are found now').check()
  await picture(page, 'export')
  expect(await violations(page)).toEqual([])
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export', exact: true }).click(),
  ])
  expect(download.suggestedFilename()).toBe('notes.csv')
  const lines = (await readFile(await download.path(), 'utf8')).trimEnd().split('\r\n')
  expect(lines[0]).toContain('text')
  expect(lines.slice(1).map((line) => line.split(',').at(-1))).toEqual(["'=1+1", 'plain'])

  await page.locator('[data-row="1"] [data-check]').click()
  await page.getByRole('button', { name: 'Import and export' }).click()
  await page.getByRole('menuitem', { name: 'Export to a file' }).click()
  await expect.poll(() => page.getByLabel('Those that are selected').isChecked(), patience).toBe(true)
  await page.getByLabel('JSON, one array').check()
  const [selected] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Export', exact: true }).click(),
  ])
  expect(JSON.parse(await readFile(await selected.path(), 'utf8'))).toMatchObject([{ text: 'plain' }])
  expect(test.complaints).toEqual([])
})
