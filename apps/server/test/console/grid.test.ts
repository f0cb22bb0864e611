import pg from 'pg'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

let test: ConsoleTest
let people: Record<string, string>

const cities = [
  ['Berlin', 3_700_000, 'de', ['capital', 'lakes']],
  ['Potsdam', 185_000, 'de', ['lakes']],
  ['Paris', 2_100_000, 'fr', ['capital']],
  ['Lyon', 520_000, 'fr', []],
  ['Tokyo', 14_000_000, 'jp', ['capital']],
] as const

beforeAll(async () => {
  test = await startConsole({
    env: { STATEMENT_TIMEOUT_MS: '2000' },
    collections: [
      {
        name: 'countries',
        fields: [
          { name: 'name', type: 'text', required: true },
          { name: 'code', type: 'text' },
        ],
      },
      {
        name: 'cities',
        fields: [
          { name: 'name', type: 'text', required: true, searchable: 'A', maxLength: 20 },
          { name: 'people', type: 'integer', min: 0 },
          { name: 'mood', type: 'select', options: ['quiet', 'loud'] },
          { name: 'tags', type: 'tags' },
          { name: 'country', type: 'relation', collection: 'countries', inverse: 'cities' },
          { name: 'facts', type: 'json' },
          { name: 'notes', type: 'text', searchable: true },
        ],
      },
    ],
  })
  const made = await test.client
    .collection('countries')
    .create(['Germany', 'France', 'Japan'].map((name) => ({ name, code: { G: 'de', F: 'fr', J: 'jp' }[name[0]!] })))
  people = Object.fromEntries(made.map(({ id, code }: { id: string; code: string }) => [code, id]))
  await test.client.collection('cities').create(
    Array.from({ length: 300 }, (_, n) => {
      const [name, count, code, tags] = cities[n] ?? [`Place ${n}`, n, undefined, []]
      return {
        name,
        people: n === 7 ? null : count,
        mood: n % 2 ? 'quiet' : null,
        tags,
        country: code && people[code],
        facts: { n },
        notes: n === 1 ? 'Beside <b>lakes</b> &amp; palaces of the kings of Prussia lies a harbour' : null,
      }
    }),
  )
})
afterAll(() => test?.stop())

const cell = (page: Page, row: number, column: number) => page.locator(`[data-row="${row}"] [data-col="${column}"]`)
const names = (page: Page) => page.locator('[data-row] [data-col="0"]').allTextContents()
const cityNamed = async (name: string) => (await test.client.collection('cities').first({ filter: { name } }))!

it('is worked with by keyboard alone: search, filter, edit', async () => {
  const page = await test.open('/data/cities')
  await cell(page, 0, 0).getByText('Berlin').waitFor()
  await cell(page, 0, 4).getByRole('link', { name: 'Germany' }).waitFor()
  await page.keyboard.press('/')
  await page.keyboard.type('potsdam')
  await expect.poll(() => names(page)).toEqual(['Potsdam'])
  expect(new URL(page.url()).searchParams.get('q')).toBe('potsdam')
  await page.keyboard.press('Escape')
  await cell(page, 4, 0).getByText('Tokyo').waitFor()
  await page.keyboard.press('Escape')

  await page.keyboard.press('f')
  await page.keyboard.type('country.name')
  await page.keyboard.press('Escape')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Tab')
  await page.keyboard.type('an')
  await expect.poll(() => names(page)).toEqual(['Berlin', 'Potsdam', 'Paris', 'Lyon', 'Tokyo'])
  await picture(page, 'grid-filter')
  expect(await violations(page)).toEqual([])
  expect(JSON.parse(new URL(page.url()).searchParams.get('filter')!)).toEqual({ 'country.name': { $contains: 'an' } })
  await page.getByRole('button', { name: 'Close' }).press('Enter')

  await page.getByRole('grid').focus()
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key)
  await page.getByRole('textbox', { name: 'people' }).waitFor()
  await page.keyboard.type('2200000')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await cityNamed('Paris'))['people']).toBe(2_200_000)
  await cell(page, 2, 1).getByText('2200000').waitFor()

  // What the server does not take stays in the cell, with the reason.
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await page.keyboard.type('A name that is longer than twenty letters')
  await page.keyboard.press('Enter')
  await page.locator('[aria-invalid="true"]').getByText('A name that is').waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('alert').getByText('20').waitFor()
  await page.keyboard.press('Escape')
  await page.keyboard.press('Escape')
  await cell(page, 2, 0).getByText('Paris', { exact: true }).waitFor()
  expect(test.complaints).toEqual([])
})

it('marks what a search found, and compares relations with records by their name', async () => {
  const page = await test.open('/data/cities?q=potsdam or prussia&columns=name,notes,tags', { dark: true })
  await cell(page, 0, 0).locator('mark').getByText('Potsdam').waitFor()
  // Beside the mark a text of a record stays text, begun near what was found.
  expect(await cell(page, 0, 1).textContent()).toBe('… palaces of the kings of Prussia lies a harbour')
  expect(await cell(page, 0, 1).locator('mark').allTextContents()).toEqual(['Prussia'])
  await page
    .getByRole('searchbox', { name: 'Search' })
    .or(page.getByLabel('Search', { exact: true }))
    .fill('lakes')
  await expect.poll(() => cell(page, 0, 1).textContent()).toContain('<b>lakes</b> &amp; palaces')
  await picture(page, 'grid-search')
  expect(await violations(page)).toEqual([])
  await cell(page, 0, 0).dblclick()
  await page.getByRole('textbox', { name: 'name' }).fill('Potsdam am See')
  await page.keyboard.press('Enter')
  await expect.poll(() => names(page)).toEqual(['Potsdam am See'])
  await expect.poll(async () => (await cityNamed('Potsdam am See'))?.id).toBeTruthy()

  await page.goto('/console/data/cities')
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('combobox', { name: 'Field' }).fill('country')
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'Value' }).fill('fran')
  await page.getByRole('option', { name: 'France' }).click()
  await expect.poll(() => names(page)).toEqual(['Paris', 'Lyon'])
  const chosen = () => JSON.parse(new URL(page.url()).searchParams.get('filter')!)
  expect(chosen()).toEqual({ country: people['fr'] })
  await page.reload()
  await page.getByRole('button', { name: 'Filter' }).click()
  await expect.poll(() => page.getByRole('combobox', { name: 'Value' }).inputValue()).toBe('France')
  await page.getByRole('combobox', { name: 'Operator' }).selectOption('is one of')
  await page.getByRole('combobox', { name: 'Values' }).fill('japan')
  await page.getByRole('option', { name: 'Japan' }).click()
  await expect.poll(() => names(page)).toEqual(['Paris', 'Lyon', 'Tokyo'])
  await page.keyboard.press('Escape')
  await picture(page, 'grid-related')
  expect(await violations(page)).toEqual([])
  expect(chosen()).toEqual({ country: { $in: [people['fr'], people['jp']] } })
  await page.getByRole('combobox', { name: 'Field' }).fill('createdBy')
  await page.keyboard.press('Escape')
  await page.getByRole('combobox', { name: 'Value' }).click()
  await page.getByRole('listbox').getByRole('option').first().click()
  await expect.poll(() => page.getByRole('grid').getAttribute('aria-rowcount')).toBe('301')
  expect(test.complaints).toEqual([])
})

it('keeps how it looks as a view, and opens with the default one', async () => {
  const page = await test.open('/data/cities?filter={"mood":"quiet"}', { dark: true })
  await cell(page, 0, 0).getByText('Potsdam').waitFor()
  const head = page.getByRole('columnheader', { name: 'people' }).getByRole('button')
  await head.click()
  await head.click()
  await cell(page, 0, 1).getByText('null').waitFor()
  await page.getByRole('button', { name: 'Columns' }).click()
  await page.getByRole('checkbox', { name: 'facts' }).uncheck()
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Views' }).click()
  await page.getByRole('menuitem', { name: 'Save as a view' }).click()
  await page.getByLabel('Name', { exact: true }).fill('Quiet places')
  await page.getByRole('switch', { name: 'Open cities with it' }).click()
  await picture(page, 'grid-view-dialog')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByRole('button', { name: 'Quiet places' }).waitFor()
  const [view] = await test.client.admin.views.list({ collection: 'cities' })
  expect(view).toMatchObject({ name: 'Quiet places', filter: { mood: 'quiet' }, sort: '-people', isDefault: true })
  expect(view?.columns).toEqual(['name', 'people', 'mood', 'tags', 'country', 'notes', 'createdAt'])
  await page.goto('/console/data/cities')
  await page.getByRole('button', { name: 'Quiet places' }).waitFor()
  await cell(page, 0, 1).getByText('null').waitFor()
  expect(await page.getByRole('columnheader', { name: 'facts' }).count()).toBe(0)
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Quiet places' }).click()
  await page.getByRole('menuitem', { name: 'All records' }).click()
  await cell(page, 0, 0).getByText('Berlin').waitFor()
  await test.client.admin.views.delete(view!.id)
  expect(test.complaints).toEqual([])
})

it('sets widths by keyboard, and opens an editor near an edge so that all of it is seen', async () => {
  const page = await test.open('/data/cities')
  await page.getByRole('button', { name: 'Columns' }).click()
  const width = page.getByRole('textbox', { name: 'Width of people' })
  await width.press('ArrowUp')
  await picture(page, 'grid-columns')
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  await expect.poll(async () => (await cell(page, 1, 1).boundingBox())?.width).toBe(130)
  const grid = page.getByRole('grid')
  await grid.focus()
  for (const key of ['PageDown', 'End', 'ArrowLeft', 'Enter']) await page.keyboard.press(key)
  await page.locator('[data-editor]').waitFor({ timeout: 8_000 })
  await picture(page, 'grid-editor')
  const inside = `([editor, grid] = [document.querySelector('[data-editor]'), document.querySelector('[role="grid"]')].map((element) => element.getBoundingClientRect()),
    editor.bottom <= grid.bottom + 1 && editor.right <= grid.right + 1 && editor.top > grid.top)`
  await expect.poll(() => page.evaluate(inside)).toBe(true)
  expect(await violations(page)).toEqual([])
  await page.keyboard.press('Escape')
  expect(test.complaints).toEqual([])
})

it('says in place of rows why a query cannot be answered, and reads again', async () => {
  const other = new pg.Client({ connectionString: test.server.databaseUrl })
  await other.connect()
  await other.query('begin; lock table public.cities in access exclusive mode')
  const page = await test.open('/data/cities?filter={"people":1}', { dark: true })
  const problem = page.getByRole('alert')
  try {
    await problem.getByText('The query took too long').waitFor()
    await page.getByRole('button', { name: 'Filter' }).click()
    await page.getByRole('textbox', { name: 'Value' }).click()
    await picture(page, 'grid-timeout')
    expect(await violations(page)).toEqual([])
  } finally {
    await other.query('rollback')
    await other.end()
  }
  await problem.getByRole('button', { name: 'Try again' }).click()
  await page.getByText('Nothing matches').waitFor()
  expect(await violations(page)).toEqual([])
  // The browser notes each 503 in its console, too.
  expect(test.complaints.splice(0).filter((text) => !text.includes('503'))).toEqual([])
})

it('changes and deletes many: those selected, or all that match', async () => {
  const page = await test.open('/data/cities')
  await page.locator('[data-row="10"] [data-check]').click()
  await page.locator('[data-row="14"] [data-check]').click({ modifiers: ['Shift'] })
  const bar = page.getByRole('toolbar', { name: 'Selected records' })
  await bar.getByText('5 selected').waitFor()
  await bar.getByRole('button', { name: 'Edit field' }).click()
  await page.getByRole('dialog').getByLabel('Field').selectOption('people')
  await page.getByRole('dialog').getByLabel('New value').fill('77')
  await picture(page, 'grid-bulk')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Change 5 records' }).click()
  await cell(page, 12, 1).getByText('77').waitFor()
  const count = async (filter: Record<string, unknown>) =>
    (await test.client.collection('cities').list({ filter, count: 'exact', limit: 1 })).meta.total
  expect(await count({ people: 77 })).toBe(6)
  await page.getByRole('grid').focus()
  await page.keyboard.press('Control+a')
  await bar.getByRole('button', { name: 'Clear selection' }).click()

  await page.goto('/console/data/cities?filter={"people":77}')
  await expect.poll(() => names(page)).toHaveLength(6)
  await page.locator('[data-row="0"] [data-check]').click()
  await bar.getByRole('button', { name: 'Select all that match' }).click()
  await bar.getByRole('button', { name: 'Delete' }).click()
  await page.getByLabel('Type cities to go on').fill('cities')
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
  await page.getByText('Nothing matches').waitFor()
  await picture(page, 'grid-nothing')
  expect([await count({ people: 77 }), await count({})]).toEqual([0, 294])
  expect(test.complaints).toEqual([])
})

it('shows what others do without moving, and both sides where two changed one value', async () => {
  const cities = test.client.collection('cities')
  const page = await test.open('/data/cities')
  await cell(page, 4, 0).getByText('Tokyo').waitFor()
  await page.waitForLoadState('networkidle')
  const tokyo = await cityNamed('Tokyo')
  // The subscription may not have begun yet: it tells what comes after.
  await expect
    .poll(async () => {
      const { people } = await cities.update(tokyo.id, { people: { $inc: 1 } })
      await page.waitForTimeout(100)
      return (await cell(page, 4, 1).textContent()) === String(people)
    })
    .toBe(true)
  await cities.create({ name: 'Zug' })
  await page.getByRole('button', { name: '1 change' }).waitFor()

  // The page cannot hear of it: it loses the race, and shows both.
  await page.context().setOffline(true)
  await cell(page, 0, 1).dblclick()
  await page.getByRole('textbox', { name: 'people' }).fill('1')
  const berlin = await cityNamed('Berlin')
  await cities.update(berlin.id, { people: 2 })
  await page.context().setOffline(false)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Somebody else saved this record first' })
  await dialog.waitFor()
  await picture(page, 'grid-conflict')
  await dialog.getByRole('button', { name: 'Keep all of mine' }).click()
  await dialog.getByRole('button', { name: 'Save what I chose' }).click()
  await expect.poll(async () => (await cityNamed('Berlin'))['people']).toBe(1)
  await cell(page, 0, 1).getByText('1', { exact: true }).waitFor()
  expect(test.complaints).toEqual([])
})

it('is a list of records on a phone', async () => {
  const page = await test.open('/data/cities', { phone: true })
  await page.getByRole('link', { name: 'Berlin' }).waitFor()
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  await picture(page, 'grid-phone')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Filter' }).click()
  await page.getByRole('combobox', { name: 'Field' }).fill('name')
  await page.getByRole('textbox', { name: 'Value' }).fill('Lyon')
  await expect.poll(() => page.locator('a[data-row]').count()).toBe(1)
  await page.getByRole('button', { name: 'Close', exact: true }).click()
  await page.getByRole('link', { name: 'Lyon' }).click()
  await page.getByRole('dialog').waitFor()
  await expect.poll(() => new URL(page.url()).pathname).toContain((await cityNamed('Lyon')).id)
  expect(test.complaints).toEqual([])
})
