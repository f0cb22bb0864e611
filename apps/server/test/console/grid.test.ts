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
