import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { admin, type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest
let dataDir: string
let name: string

const hostile = '<img src=x onerror="document.title=\'owned\'"> {{1+1}} the disk is full'

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'holdfast-backups-page-'))
  test = await startConsole({
    env: { DATA_DIR: dataDir },
    collections: [
      { name: 'posts', fields: [{ name: 'title', type: 'text' }] },
      { name: 'tags', fields: [{ name: 'name', type: 'text' }] },
    ],
  })
  await test.client.collection('posts').create([{ title: 'as it was' }, { title: 'other' }])
  await test.client.collection('tags').create({ name: 'one' })
})
afterAll(async () => {
  await test?.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const put = (file: string, content: string | Buffer) => writeFile(join(dataDir, 'backups', file), content)

const rowOf = (page: Page, file: string) => page.getByRole('row').filter({ hasText: file })

const menuOf = async (page: Page, file: string, item: string) => {
  await rowOf(page, file).getByRole('button', { name: /^More/ }).click()
  await page.getByRole('menuitem', { name: item }).click()
}

const titles = async () => (await test.client.collection('posts').list({ sort: 'id' })).data.map(({ title }) => title)

/** Numbers of a row of the report: inserted, updated, unchanged, deleted. */
const countsOf = async (page: Page, collection: string) => {
  const cells = page
    .getByRole('table', { name: 'Records by collection' })
    .getByRole('row')
    .filter({ hasText: collection })
  return (await cells.getByRole('cell').allInnerTexts()).slice(1).map(Number)
}

it('backs up, shows what a restore would change, and restores it', async () => {
  const page = await test.open('/settings/backups')
  await page.getByText('No backups yet').waitFor()
  await page.getByText(`${dataDir}/backups`).waitFor()
  await picture(page, 'backups-empty')
  await page.getByLabel('Command').scrollIntoViewIfNeeded()
  await picture(page, 'backups-about')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Back up now' }).click()
  await page.getByText('done').waitFor()
  const [backup] = await test.client.admin.backups.list()
  expect(backup).toMatchObject({ state: 'done', records: 4 })
  name = backup!.name

  const [post] = (await test.client.collection('posts').list({ sort: 'id' })).data
  await test.client.collection('posts').update(String(post!.id), { title: 'by mistake' })
  await test.client.collection('tags').create({ name: 'added since' })
  await page.getByRole('link', { name: /^Restore the backup/ }).click()
  await page.getByRole('button', { name: 'See what would change' }).click()
  await page.getByText('Records: 0 inserted, 1 updated, 3 unchanged, 0 deleted.').waitFor()
  expect(await countsOf(page, 'posts')).toEqual([0, 1, 1, 0])
  await picture(page, 'backups-tried')
  expect(await violations(page)).toEqual([])

  // Another choice is another attempt.
  await page.getByRole('checkbox', { name: 'users' }).uncheck()
  await page.getByRole('checkbox', { name: /^Also delete/ }).check()
  expect(await page.getByRole('table').count()).toBe(0)
  await page.getByRole('button', { name: 'See what would change' }).click()
  await page.getByText('Records: 0 inserted, 1 updated, 2 unchanged, 1 deleted.').waitFor()
  expect(await titles()).toEqual(['by mistake', 'other'])

  await page.getByRole('button', { name: 'Restore', exact: true }).click()
  const dialog = page.getByRole('dialog')
  expect(await dialog.getByRole('button', { name: 'Restore' }).isDisabled()).toBe(true)
  await dialog.getByLabel('Type restore to go on').fill('restore')
  await picture(page, 'backups-confirm')
  expect(await violations(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('heading', { name: 'Restored' }).waitFor()
  expect(await countsOf(page, 'posts')).toEqual([0, 1, 1, 0])
  expect(await titles()).toEqual(['as it was', 'other'])
  expect((await test.client.collection('tags').list({})).data).toHaveLength(1)
  await picture(page, 'backups-restored')
  expect(test.complaints).toEqual([])
})

it('asks before the definitions of today lose anything', async () => {
  const posts = await test.client.admin.collections.get('posts')
  const fields = [...posts.fields, { name: 'colour', type: 'text' as const }]
  await test.client.admin.collections.update('posts', { fields })
  const [post] = (await test.client.collection('posts').list({})).data
  await test.client.collection('posts').update(String(post!.id), { colour: 'red' })
  const page = await test.open(`/settings/backups/${name}`, { dark: true })
  await page.getByRole('button', { name: 'See what would change' }).click()
  await page.getByText('loses what is stored now').waitFor()
  const restore = page.getByRole('button', { name: 'Restore', exact: true })
  expect(await restore.isDisabled()).toBe(true)
  await page.getByRole('checkbox', { name: /^What the steps in red/ }).check()
  await picture(page, 'backups-lossy-dark')
  expect(await violations(page)).toEqual([])
  await restore.click()
  await page.getByLabel('Type restore to go on').fill('restore')
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
  await page.getByRole('heading', { name: 'Restored' }).waitFor()
  expect((await test.client.admin.collections.get('posts')).fields.map((field) => field.name)).not.toContain('colour')

  await page.goto('/console/settings/backups/20200101T000000Z-0000000000000000')
  await page.getByText('There is no such backup').waitFor()
  expect(await violations(page)).toEqual([])
  expect(test.complaints).toEqual([])
})

it('verifies, says what is damaged or has failed, downloads after a fresh proof, and deletes', async () => {
  const damaged = '20200102T000000Z-00000000000000aa'
  const failed = '20200101T000000Z-00000000000000bb'
  await put(`${damaged}.hfb`, 'no backup at all')
  await put(`${failed}.json`, JSON.stringify({ error: hostile }))
  const page = await test.open('/settings/backups')
  await page.getByText(hostile).waitFor()
  await menuOf(page, damaged, 'Verify')
  await page.getByText('The backup is damaged: it cannot be unpacked').waitFor()
  await menuOf(page, name, 'Verify')
  await page.getByText('Whole: 4 records of 3 collections').waitFor()
  await picture(page, 'backups-full')
  expect(await violations(page)).toEqual([])
  expect(await page.title()).toBe('Backups · Holdfast')

  await test.server.database.run({
    text: `update holdfast.sessions set proven_at = now() - interval '1 day'`,
    values: [],
  })
  // The dialog of the browser is none that a test can answer.
  await page.evaluate('window.showSaveFilePicker = undefined')
  await menuOf(page, name, 'Download')
  const proof = page.getByRole('dialog')
  await proof.getByLabel('Password', { exact: true }).fill(admin.password)
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  expect(download.suggestedFilename()).toBe(`${name}.hfb`)
  const [saved, stored] = await Promise.all(
    [await download.path(), join(dataDir, 'backups', `${name}.hfb`)].map((path) => readFile(path)),
  )
  expect(saved!.equals(stored!)).toBe(true)

  await menuOf(page, failed, 'Delete')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete the backup' }).click()
  await expect.poll(() => rowOf(page, failed).count()).toBe(0)
  expect((await test.client.admin.backups.list()).map((backup) => backup.name)).toEqual([name, damaged])
  expect(test.complaints).toEqual([])
})

it('sets how often by itself, on a phone', async () => {
  const page = await test.open('/settings', { phone: true })
  await page.getByRole('combobox', { name: 'Settings' }).selectOption('Backups')
  await rowOf(page, name).waitFor()
  await picture(page, 'backups-phone')
  expect(await violations(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  await page.getByRole('textbox', { name: 'Hours between backups' }).fill('24')
  await page.getByRole('button', { name: 'Save' }).click()
  const section = async () => (await test.client.admin.settings.list()).find((one) => one.section === 'backups')!.value
  await expect.poll(section).toMatchObject({ everyHours: 24, keep: 7 })
  await page.goto(`/console/settings/backups/${name}`)
  await page.getByRole('button', { name: 'See what would change' }).click()
  await page.getByText('Nothing: all of it is as it is in the backup.').waitFor()
  expect(await page.getByRole('button', { name: 'Restore', exact: true }).count()).toBe(0)
  await picture(page, 'backups-phone-tried')
  expect(await violations(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  expect(test.complaints).toEqual([])
})
