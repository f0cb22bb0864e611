import { readFile } from 'node:fs/promises'
import type { Locator, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest

beforeAll(async () => {
  test = await startConsole()
})
afterAll(() => test?.stop())

/** Goes on by Tab until the place has the focus, as somebody without a mouse does. */
async function tabTo(page: Page, place: Locator): Promise<void> {
  await place.waitFor()
  for (let presses = 0; presses < 80; presses += 1) {
    if (await place.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never comes to ${place}`)
}

async function addField(page: Page, type: string, name: string): Promise<void> {
  await tabTo(page, page.getByRole('button', { name: 'Add field' }))
  await page.keyboard.press('Enter')
  await expect
    .poll(() => page.getByLabel('Find a type').evaluate((element) => element === document.activeElement))
    .toBe(true)
  await page.keyboard.type(type)
  await page.keyboard.press('Enter')
  await expect
    .poll(() => page.getByLabel('Name of new field').evaluate((element) => element === document.activeElement))
    .toBe(true)
  await page.keyboard.type(name)
}

async function apply(page: Page): Promise<void> {
  await page.keyboard.press('Control+s')
  const dialog = page.getByRole('dialog')
  await tabTo(page, dialog.getByRole('button', { name: 'Apply', exact: true }))
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
}

const fieldsOf = async (name: string) => (await test.client.admin.collections.get(name)).fields

it('defines two collections with a relation by keyboard alone', async () => {
  const page = await test.open('/collections')
  await page.getByRole('link', { name: 'users', exact: true }).first().waitFor()
  await picture(page, 'collections-first')
  await tabTo(page, page.getByRole('link', { name: 'New collection' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByLabel('Name of the collection'))
  await page.keyboard.type('authors')
  await addField(page, 'text', 'name')
  await tabTo(page, page.getByLabel('Required'))
  await page.keyboard.press('Space')
  await picture(page, 'collections-new')
  expect(await violations(page)).toEqual([])
  await apply(page)
  await page.getByRole('heading', { name: 'authors' }).waitFor()
  expect(await fieldsOf('authors')).toMatchObject([{ name: 'name', type: 'text', required: true }])

  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await tabTo(page, page.getByRole('link', { name: 'New collection' }))
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByLabel('Name of the collection'))
  await page.keyboard.type('books')
  await addField(page, 'text', 'title')
  await addField(page, 'relation', 'author')
  await tabTo(page, page.getByRole('combobox', { name: 'Collection', exact: true }))
  await page.keyboard.type('auth')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await tabTo(page, page.getByLabel('Name from the other side'))
  await page.keyboard.type('books')
  await addField(page, 'integer', 'pages')
  await page.keyboard.press('Control+s')
  await page.getByRole('dialog').getByText('Create collection books').waitFor()
  await picture(page, 'collections-plan')
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await apply(page)
  await page.getByRole('heading', { name: 'books' }).waitFor()
  expect(await fieldsOf('books')).toMatchObject([
    { name: 'title', type: 'text' },
    { name: 'author', type: 'relation', collection: 'authors', inverse: 'books' },
    { name: 'pages', type: 'integer' },
  ])
  expect(test.complaints).toEqual([])
})

it('reorders by keyboard, renames with the data and deletes only when that is typed', async () => {
  await test.client.collection('books').create({ title: 'Notes', pages: 12 })
  const page = await test.open('/collections/books', { dark: true })
  const grip = page.getByRole('button', { name: 'Move pages' })
  await tabTo(page, grip)
  await page.keyboard.press('Space')
  await page.getByText('pages is at place 3.').waitFor({ state: 'attached' })
  await page.keyboard.press('ArrowUp')
  await page.getByText('pages is at place 2.').waitFor({ state: 'attached' })
  await page.keyboard.press('ArrowUp')
  await page.getByText('pages is at place 1.').waitFor({ state: 'attached' })
  await page.keyboard.press('Space')
  await page.getByText('Fields are in another order').waitFor()
  await page.getByLabel('Name of title').fill('heading')
  await page.getByText('Was title').waitFor()
  await picture(page, 'collections-dark')
  expect(await violations(page)).toEqual([])

  // A draft outlives a visit elsewhere and a reload.
  await page.getByRole('link', { name: 'Collections' }).first().click()
  await page.getByText('Draft', { exact: true }).waitFor()
  await page.getByRole('main').getByRole('link', { name: 'books', exact: true }).click()
  await page.getByText('Was title').waitFor()
  await apply(page)
  await expect
    .poll(async () => (await fieldsOf('books')).map(({ name }) => name))
    .toEqual(['pages', 'heading', 'author'])
  expect((await test.client.collection('books').list()).data).toMatchObject([{ heading: 'Notes', pages: 12 }])

  await page.getByRole('button', { name: 'More for pages' }).click()
  await page.getByRole('menuitem', { name: 'Delete' }).click()
  await page.getByRole('button', { name: 'Keep pages' }).waitFor()
  await page.getByRole('button', { name: 'Review changes' }).click()
  const dialog = page.getByRole('dialog')
  const lose = dialog.getByRole('button', { name: 'Apply and lose data' })
  await lose.waitFor()
  await picture(page, 'collections-lossy')
  expect(await violations(page)).toEqual([])
  expect(await lose.isDisabled()).toBe(true)
  expect(await fieldsOf('books')).toHaveLength(3)
  await dialog.getByLabel('Type books to go on').fill('books')
  await lose.click()
  await dialog.waitFor({ state: 'detached' })
  expect((await fieldsOf('books')).map(({ name }) => name)).toEqual(['heading', 'author'])
  expect(test.complaints).toEqual([])
})

it('shows what is wrong at the field, keeps hostile texts texts, and plans again when the schema has changed', async () => {
  const hostile = '<img src=x onerror="document.title=1">'
  await test.client.admin.collections.create({
    name: 'things',
    description: hostile,
    fields: [
      { name: 'kind', type: 'select', options: [hostile, '</script><script>throw 1</script>'], description: hostile },
    ],
  })
  const page = await test.open('/collections/things')
  await page.getByText(hostile).waitFor()
  await page.getByRole('button', { name: 'Open kind' }).click()
  await page.getByRole('button', { name: 'Add field' }).click()
  await page.getByRole('option', { name: 'Computed' }).click()
  await page.getByLabel('Name of new field').fill('size')
  await page.getByLabel('Expression').fill('nothing * 2')
  await page.getByRole('button', { name: 'Review changes' }).click()
  await page.getByRole('alert').getByText('One thing has to be mended first').waitFor()
  expect(await page.getByLabel('Expression').getAttribute('aria-invalid')).toBe('true')
  await expect
    .poll(() => page.getByLabel('Expression').evaluate((element) => element === document.activeElement))
    .toBe(true)
  await page.getByText('nothing is not a field that can be used here').first().waitFor()
  await picture(page, 'collections-problem')
  expect(await violations(page)).toEqual([])
  await page.getByLabel('Expression').fill('upper(kind)')
  await page.getByRole('button', { name: 'Review changes' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByText('Add field things.size (computed)').waitFor()
  await test.client.admin.collections.create({ name: 'others', fields: [] })
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await dialog.getByText('The collections have changed in the meantime').waitFor()
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await dialog.waitFor({ state: 'detached' })
  expect(await fieldsOf('things')).toMatchObject([{ name: 'kind' }, { name: 'size', expression: 'upper(kind)' }])
  expect(await page.title()).not.toBe('1')
  expect(test.complaints).toEqual([])
})

it('changes options and indexes, duplicates, renames and deletes a collection', async () => {
  const page = await test.open('/collections/books?tab=options')
  await page.getByRole('combobox', { name: 'History' }).click()
  await page.getByRole('option', { name: 'On, for ever' }).click()
  await page.getByLabel('Name', { exact: true }).fill('volumes')
  expect(await violations(page)).toEqual([])
  await page.getByRole('tab', { name: 'Indexes' }).click()
  await page.getByRole('button', { name: 'Add index' }).click()
  for (const name of ['author', 'heading']) {
    await page.getByRole('combobox', { name: 'Add a field to index 1' }).click()
    await page.getByRole('option', { name, exact: true }).click()
  }
  await page.getByRole('button', { name: 'heading: ascending, turn' }).click()
  await picture(page, 'collections-indexes')
  expect(await violations(page)).toEqual([])
  await apply(page)
  await page.getByRole('heading', { name: 'volumes' }).waitFor()
  const volumes = await test.client.admin.collections.get('volumes')
  expect(volumes).toMatchObject({ history: true, indexes: [{ fields: ['author', '-heading'] }] })
  expect((await test.client.collection('volumes').list()).data).toMatchObject([{ heading: 'Notes' }])

  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Duplicate' }).click()
  await page.getByRole('heading', { name: 'New collection' }).waitFor()
  const name = page.getByLabel('Name of the collection')
  await name.fill('tomes')
  await page.getByRole('button', { name: 'Discard' }).click()
  await expect.poll(() => name.inputValue()).toBe('volumes2')
  expect(await page.getByText('This is the draft you left').count()).toBe(0)
  await name.fill('tomes')
  await page.reload()
  await page.getByText('This is the draft you left').waitFor()
  expect(await name.inputValue()).toBe('tomes')
  await picture(page, 'collections-resumed')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Begin anew' }).click()
  await expect.poll(() => name.inputValue()).toBe('volumes2')
  await apply(page)
  await page.getByRole('heading', { name: 'volumes2' }).waitFor()
  expect((await fieldsOf('volumes2')).map(({ name }) => name)).toEqual(['heading', 'author'])

  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Delete', exact: true }).click()
  await page.getByRole('heading', { name: 'Collections' }).waitFor()
  const names = (await test.client.admin.collections.list()).map(({ name }) => name)
  expect(names).toContain('volumes')
  expect(names).not.toContain('volumes2')
  expect(test.complaints).toEqual([])
})

it('draws the collections, and saves the drawing as a file', async () => {
  const page = await test.open('/collections/diagram')
  await page.locator('.react-flow__node').filter({ hasText: 'volumes' }).waitFor()
  await expect.poll(() => page.locator('.react-flow__edge').count()).toBe(1)
  await picture(page, 'collections-diagram')
  expect(await violations(page)).toEqual([])
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download SVG' }).click(),
  ])
  const svg = await readFile(await download.path(), 'utf8')
  const drawn = await page.evaluate((text) => {
    const file = new DOMParser().parseFromString(text, 'image/svg+xml')
    const texts = [...file.querySelectorAll('text')].map(({ textContent }) => textContent)
    const lines = [...file.querySelectorAll('path.line title')].map(({ textContent }) => textContent)
    return { failed: file.querySelector('parsererror') !== null, texts, lines }
  }, svg)
  expect(drawn.failed).toBe(false)
  expect(drawn.texts).toEqual(expect.arrayContaining(['authors', 'volumes', 'heading', 'users']))
  expect(drawn.lines).toEqual(['volumes.author → authors'])
  await page.getByLabel('Find in the diagram').fill('heading')
  await expect.poll(() => page.getByRole('button', { name: /^Show .* in the diagram$/ }).count()).toBe(1)
  await page.locator('.react-flow__node').filter({ hasText: 'volumes' }).click()
  await page.getByRole('heading', { name: 'volumes' }).waitFor()
  expect(test.complaints).toEqual([])
})

it('fits a phone, and takes a schema as a file', async () => {
  const page = await test.open('/collections', { phone: true })
  await page.getByRole('main').getByRole('link', { name: 'volumes', exact: true }).click()
  await page.getByRole('button', { name: 'Open author' }).click()
  await picture(page, 'collections-phone')
  const width = () => page.evaluate(() => document.documentElement.scrollWidth)
  expect(await width()).toBeLessThanOrEqual(390)
  expect(await violations(page)).toEqual([])
  await page.goto('/console/collections/diagram')
  await page.locator('.react-flow__node').first().waitFor()
  await picture(page, 'collections-phone-diagram')
  expect(await width()).toBeLessThanOrEqual(390)
  await page.goto('/console/collections/json')
  const [chooser] = await Promise.all([
    page.waitForEvent('filechooser'),
    page.getByRole('button', { name: 'Open a file' }).click(),
  ])
  const schema = { collections: [{ name: 'places', fields: [{ name: 'at', type: 'geopoint' }] }] }
  await chooser.setFiles({
    name: 'schema.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(schema)),
  })
  await page.getByRole('button', { name: 'Review changes' }).click()
  await page.getByRole('dialog').getByText('Create collection places').waitFor()
  await picture(page, 'collections-phone-plan')
  expect(await violations(page)).toEqual([])
  await page.getByRole('dialog').getByRole('button', { name: 'Apply' }).click()
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  expect(await fieldsOf('places')).toMatchObject([{ name: 'at', type: 'geopoint' }])
  expect(await width()).toBeLessThanOrEqual(390)
  expect(test.complaints).toEqual([])
})
