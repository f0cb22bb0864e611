import type { CollectionDefinition } from '@holdfast/contract'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

const collections: CollectionDefinition[] = [
  {
    name: 'authors',
    fields: [{ name: 'name', type: 'text', required: true, searchable: true }],
  },
  {
    name: 'things',
    description: 'One field of each type',
    history: true,
    trash: true,
    fields: [
      { name: 'title', type: 'text', required: true, description: 'What people call it' },
      { name: 'note', type: 'text' },
      { name: 'body', type: 'richtext' },
      { name: 'contact', type: 'email' },
      { name: 'site', type: 'url' },
      { name: 'slug', type: 'slug', from: 'title', unique: true },
      { name: 'stock', type: 'integer', min: 0, default: 7 },
      { name: 'weight', type: 'number' },
      { name: 'price', type: 'decimal', precision: 30, scale: 10 },
      { name: 'open', type: 'boolean' },
      { name: 'day', type: 'date' },
      { name: 'moment', type: 'datetime' },
      { name: 'length', type: 'duration' },
      { name: 'reference', type: 'uuid' },
      { name: 'extra', type: 'json', schema: { type: 'object', properties: { colour: { type: 'string' } } } },
      { name: 'status', type: 'select', options: ['draft', 'published'] },
      { name: 'sizes', type: 'multiselect', options: ['S', 'M', 'L'] },
      { name: 'tags', type: 'tags' },
      { name: 'author', type: 'relation', collection: 'authors', inverse: 'things' },
      { name: 'readers', type: 'relation', collection: 'authors', many: true },
      { name: 'place', type: 'geopoint' },
      { name: 'taste', type: 'vector', dimensions: 3 },
      { name: 'loud', type: 'computed', expression: 'upper(title)', returns: 'text' },
      { name: 'code', type: 'text', immutable: true, maxLength: 20 },
    ],
  },
]

let test: ConsoleTest
const names = ['Ada Lovelace', 'Alan Turing', 'Grace Hopper']
const authors: Record<string, string> = {}

beforeAll(async () => {
  test = await startConsole({ collections })
  for (const name of names) authors[name] = (await test.client.collection('authors').create({ name })).id
  await test.client.collection('things').create([{ title: 'First' }, { title: 'Second' }])
})
afterAll(() => test?.stop())

const things = () => test.client.collection('things')
const drawer = (page: Page): Locator => page.getByRole('dialog').first()

/** Finds by typing and takes the first that fits, all by keyboard. */
async function pick(page: Page, label: string, text: string, option = text): Promise<void> {
  await drawer(page).getByRole('combobox', { name: label }).focus()
  await page.keyboard.type(text)
  await page
    .getByRole('option', { name: option })
    .first()
    .waitFor({ timeout: 8000 })
    .catch(async (e) => {
      await picture(page, 'fail')
      throw e
    })
  await page.keyboard.press('Enter')
}

it('makes a record with a value of every type, as it was typed', async () => {
  const page = await test.open('/data/things/new')
  const form = drawer(page)
  const fill = (label: string, text: string) => form.getByLabel(label, { exact: true }).fill(text)
  await form.getByLabel('title').waitFor()
  await picture(page, 'record-new')
  await fill('note', 'First line\nSecond line')
  await form.getByRole('button', { name: 'Set null: note' }).click()
  await form.getByRole('button', { name: 'Set empty: note' }).click()
  await fill('body', '<p>Hello <strong>there</strong></p>')
  await fill('contact', 'ada@example.com')
  await fill('site', 'https://example.com/a?b=c')
  await fill('weight', '1.5e3')
  await fill('price', '12345678901234567890.0123456789')
  await form.getByRole('radiogroup', { name: 'open' }).getByText('false').click()
  await fill('day', '2026-11-21')
  await fill('moment', '2026-11-21T10:30:15.250')
  await fill('length', 'P1DT2H')
  await fill('reference', '0198f5c0-0000-7000-8000-000000000001')
  const json = form.getByRole('textbox', { name: 'extra' })
  await json.click()
  await page.keyboard.insertText('{"colour": "red", "deep": [1, {"a": null}]}')
  await form.getByRole('combobox', { name: 'status' }).click()
  await page.getByRole('option', { name: 'published' }).click()
  await pick(page, 'sizes', 'L')
  await page.keyboard.press('Escape')
  await pick(page, 'sizes', 'S')
  await page.keyboard.press('Escape')
  await form.getByRole('combobox', { name: 'tags' }).fill('jazz')
  await page.keyboard.press('Enter')
  await pick(page, 'author', 'turing', 'Alan Turing')
  await pick(page, 'readers', 'hop', 'Grace Hopper')
  await pick(page, 'readers', 'love', 'Ada Lovelace')
  await form.getByLabel('place latitude').fill('52.52')
  await form.getByLabel('place longitude').fill('13.405')
  await fill('taste', '0.5, -1, 2')
  await fill('code', 'X-1')
  // What is wrong is told where it is: here, that there is no title.
  await page.keyboard.press('Control+s')
  await form
    .locator('[data-field=title]')
    .getByText(/required/i)
    .waitFor()
  await picture(page, 'record-errors')
  await form.getByRole('textbox', { name: 'title' }).fill('Kind of Blue')
  await picture(page, 'record-filled')
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Control+s')
  await form.getByRole('heading', { name: 'Kind of Blue' }).waitFor()
  const id = new URL(page.url()).pathname.split('/').at(-1)!
  const record = await things().get(id)
  const moment = await page.evaluate("new Date('2026-11-21T10:30:15.250').getTime()")
  expect(Date.parse(record['moment'])).toBe(moment)
  expect(record).toMatchObject({
    title: 'Kind of Blue',
    note: '',
    body: '<p>Hello <strong>there</strong></p>',
    contact: 'ada@example.com',
    site: 'https://example.com/a?b=c',
    slug: 'kind-of-blue',
    stock: 7,
    weight: 1500,
    price: '12345678901234567890.0123456789',
    open: false,
    day: '2026-11-21',
    length: 'P1DT2H',
    reference: '0198f5c0-0000-7000-8000-000000000001',
    extra: { colour: 'red', deep: [1, { a: null }] },
    status: 'published',
    sizes: ['L', 'S'],
    tags: ['jazz'],
    author: authors['Alan Turing'],
    readers: [authors['Grace Hopper'], authors['Ada Lovelace']],
    place: { lat: 52.52, lon: 13.405 },
    taste: [0.5, -1, 2],
    loud: 'KIND OF BLUE',
    code: 'X-1',
  })
  await picture(page, 'record-open')
  expect(await violations(page)).toEqual([])
  expect(test.complaints).toEqual([])
}, 60_000)

it('shows two who changed a record at once side by side, and saves what is chosen', async () => {
  const { id } = await things().create({ title: 'Tea', note: 'hot', stock: 1 })
  const page = await test.open(`/data/things/${id}`, { dark: true })
  const form = drawer(page)
  await form.getByRole('textbox', { name: 'title' }).fill('Green tea')
  await form.getByRole('textbox', { name: 'note' }).fill('very hot')
  await things().update(id, { note: 'cold', stock: 5 })
  await form
    .getByRole('status')
    .getByText(/changed by/i)
    .waitFor()
  await picture(page, 'record-newer')
  await page.keyboard.press('Control+s')
  const dialog = page.getByRole('dialog', { name: 'Somebody else saved this record first' })
  await dialog.getByText('1 to choose: note').waitFor()
  await picture(page, 'record-conflict')
  expect(await violations(page)).toEqual([])
  expect(await dialog.getByRole('button', { name: 'Save what I chose' }).isDisabled()).toBe(true)
  await dialog.getByRole('radio', { name: 'note: mine' }).click()
  await dialog.getByRole('button', { name: 'Save what I chose' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await things().get(id)).toMatchObject({ title: 'Green tea', note: 'very hot', stock: 5, version: 3 })
  await form.getByRole('textbox', { name: 'stock' }).waitFor()
  expect(await form.getByRole('textbox', { name: 'stock' }).inputValue()).toBe('5')
  expect(await form.getByText(/changed by/i).count()).toBe(0)
  expect(test.complaints).toEqual([])
})

it('shows what became of a record, and restores a version', async () => {
  const { id } = await things().create({ title: 'Learn to sail', extra: { wind: 3, boats: ['a'] } })
  await things().update(id, {
    title: 'Learn how to sail',
    extra: { wind: 4, boats: ['a', 'b'] },
    author: authors['Ada Lovelace'],
  })
  await things().update(id, { title: 'Forget about it', extra: null })
  const page = await test.open(`/data/things/${id}?tab=history`)
  const versions = drawer(page).getByRole('list', { name: 'Versions' })
  await versions.getByRole('listitem', { name: 'Version 2, changed' }).getByText('how', { exact: true }).waitFor()
  await picture(page, 'record-history')
  expect(await violations(page)).toEqual([])
  await versions.getByRole('button', { name: 'Look at version 1' }).click()
  await drawer(page)
    .getByRole('group', { name: 'The record as it was' })
    .getByText('Learn to sail', { exact: true })
    .waitFor()
  await picture(page, 'record-past')
  await drawer(page).getByRole('button', { name: 'All versions' }).click()
  await versions.getByRole('button', { name: 'Restore version 1' }).click()
  const dialog = page.getByRole('dialog', { name: 'Restore version 1?' })
  await dialog.getByText('extra').waitFor()
  await picture(page, 'record-restore')
  await dialog.getByRole('button', { name: 'Restore' }).click()
  await versions.getByRole('listitem', { name: 'Version 4, changed' }).getByText('current').waitFor()
  expect(await things().get(id)).toMatchObject({
    title: 'Learn to sail',
    extra: { wind: 3, boats: ['a'] },
    author: null,
    version: 4,
  })
  const ada = await test.open(`/data/authors/${authors['Ada Lovelace']}?tab=related`, { dark: true })
  await drawer(ada).getByText('None point here.').or(drawer(ada).getByRole('link').first()).first().waitFor()
  await picture(ada, 'record-related')
  await drawer(ada).getByRole('tab', { name: 'Access' }).click()
  await drawer(ada).getByRole('table', { name: 'Access by role' }).waitFor()
  await picture(ada, 'record-access')
  expect(await violations(ada)).toEqual([])
  expect(test.complaints).toEqual([])
})

it('brings deleted records back from the trash, and purges them', async () => {
  const kept = await things().create({ title: 'Kept', tags: ['a'] })
  const gone = await things().create({ title: 'Gone' })
  const page = await test.open(`/data/things/${kept.id}`)
  await drawer(page).getByRole('button', { name: 'More actions' }).click()
  await picture(page, 'record-menu')
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Move to trash' }).click()
  await expect.poll(() => new URL(page.url()).pathname, { timeout: 10_000 }).toBe('/console/data/things')
  await things().delete(gone.id)
  await page.goto('/console/data/things/trash')
  const table = page.getByRole('table', { name: 'Deleted records' })
  await table.getByText('Kept', { exact: true }).waitFor()
  await picture(page, 'trash')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Restore Kept' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Restore' }).click()
  await expect.poll(() => table.getByText('Kept', { exact: true }).count(), { timeout: 10_000 }).toBe(0)
  expect(await things().get(kept.id)).toMatchObject({ title: 'Kept', tags: ['a'], version: 2 })
  await page.getByRole('button', { name: 'Purge Gone' }).click()
  await page.getByLabel('Type purge to go on').fill('purge')
  await page.getByRole('button', { name: 'Purge for good' }).click()
  await page.getByRole('heading', { name: 'The trash is empty' }).waitFor()
  expect((await things().trash.list()).data).toEqual([])
  expect(test.complaints).toEqual([])
})

it('makes what a relation needs, asks before typed text is lost, and goes on to the next', async () => {
  const page = await test.open('/data/things/new')
  const form = drawer(page)
  await form.getByRole('textbox', { name: 'title' }).fill('Compiler')
  const author = form.getByRole('combobox', { name: 'author' })
  await author.fill('Barbara')
  await page.getByRole('option', { name: 'Create a new one…' }).click()
  const inner = page.getByRole('dialog', { name: 'New record of authors' })
  await inner.getByRole('textbox', { name: 'name' }).waitFor()
  await picture(page, 'record-create-related')
  expect(await inner.getByRole('textbox', { name: 'name' }).inputValue()).toBe('Barbara')
  await inner.getByRole('textbox', { name: 'name' }).fill('Barbara Liskov')
  await inner.getByRole('button', { name: 'Create and choose' }).click()
  await expect.poll(() => author.inputValue(), { timeout: 10_000 }).toBe('Barbara Liskov')
  await form.getByRole('button', { name: 'Close', exact: true }).click()
  const leave = page.getByRole('dialog', { name: 'Leave without saving?' })
  await leave.getByRole('button', { name: 'Keep editing' }).click()
  await form.getByRole('button', { name: 'Create', exact: true }).click()
  await form.getByRole('heading', { name: 'Compiler' }).waitFor()
  const { data } = await things().list({ filter: { title: 'Compiler' }, expand: { author: {} } })
  expect(data[0]).toMatchObject({ expand: { author: { name: 'Barbara Liskov' } } })
  expect(test.complaints).toEqual([])
})

it('is all of a phone, and goes on to the next record', async () => {
  const page = await test.open('/data/things', { phone: true, dark: true })
  await page.getByText('First', { exact: true }).first().click()
  const form = drawer(page)
  await form.getByRole('textbox', { name: 'note' }).fill('from a phone')
  await form.getByRole('button', { name: 'Save', exact: true }).click()
  await form.getByText('1 changed field').waitFor({ state: 'hidden' })
  await picture(page, 'record-phone')
  expect(await violations(page)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  await expect
    .poll(async () => (await things().first({ filter: { title: 'First' } }))?.['note'], { timeout: 10_000 })
    .toBe('from a phone')
  await form.getByRole('button', { name: 'Next record' }).click()
  await expect.poll(() => form.getByRole('heading', { name: 'First' }).count(), { timeout: 10_000 }).toBe(0)
  expect(test.complaints).toEqual([])
})
