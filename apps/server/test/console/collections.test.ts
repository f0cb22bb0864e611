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
