import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { type ConsoleTest, picture, startConsole, violations } from './support/index.js'

vi.setConfig({ testTimeout: 120_000 })

/** Other things may be busy on the same machine. */
const patience = { timeout: 20_000 }

const zipcodes = fileURLToPath(new URL('../../node_modules/vega-datasets/data/zipcodes.csv', import.meta.url))

let test: ConsoleTest

beforeAll(async () => {
  test = await startConsole({
    collections: [
      {
        name: 'zips',
        fields: [
          { name: 'zipCode', type: 'text', unique: true, required: true },
          { name: 'latitude', type: 'number' },
          { name: 'longitude', type: 'number' },
          { name: 'city', type: 'text' },
          { name: 'state', type: 'text' },
          { name: 'county', type: 'text' },
        ],
      },
      { name: 'airports', fields: [{ name: 'iata', type: 'text', unique: true }] },
      {
        name: 'routes',
        fields: [
          { name: 'code', type: 'text', unique: true },
          { name: 'from', type: 'relation', collection: 'airports' },
          { name: 'flights', type: 'integer', min: 0 },
          { name: 'daily', type: 'boolean' },
        ],
      },
    ],
  })
  await test.client.collection('airports').create([{ iata: 'VCE' }, { iata: 'BER' }])
})
afterAll(() => test?.stop())

const choose = async (page: Page, name: string, text: string): Promise<void> => {
  const file = { name, mimeType: 'text/csv', buffer: Buffer.from(text) }
  await page.locator('input[type=file]').setInputFiles(file)
}

/** All that the page says. */
const figures = (page: Page) => page.locator('main').textContent()

it('takes 42,000 rows of a file, tells how far it is, and what it did', async () => {
  const page = await test.open('/data/zips/import')
  await page.getByText('Drop a file here').waitFor()
  await picture(page, 'import-empty')
  await page.locator('input[type=file]').setInputFiles(zipcodes)
  const field = page.getByRole('combobox', { name: 'Field for zip_code' })
  await expect.poll(() => field.inputValue(), patience).toBe('zipCode · text')
  await page.getByText('The first 1,000 rows fit their fields').waitFor()
  await picture(page, 'import-mapping')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.getByRole('button', { name: 'Pause' }).click()
  await page.getByRole('heading', { name: 'Paused' }).waitFor()
  await picture(page, 'import-paused')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Go on' }).click()
  await page.getByRole('heading', { name: 'Imported', exact: true }).waitFor({ timeout: 90_000 })
  const lines = (await readFile(zipcodes, 'utf8')).trimEnd().split(/\r?\n/)
  const count = lines.length - 1
  expect(await figures(page)).toContain(count.toLocaleString('en'))
  await picture(page, 'import-done')
  const { meta } = await test.client.collection('zips').list({ limit: 1, count: 'exact' })
  expect(meta.total).toBe(count)

  // What comes back is what went in.
  const exported = await test.client.collection('zips').export({
    format: 'csv',
    fields: ['zipCode', 'latitude', 'longitude', 'city', 'state', 'county'],
    sort: 'zipCode',
  })
  const text = await new Response(exported).text()
  const numbers = (line: string) => line.split(',').map((cell) => (/^[-+]?\d+\.\d+$/.test(cell) ? Number(cell) : cell))
  const sorted = (all: readonly string[]) => all.map((line) => JSON.stringify(numbers(line))).sort()
  expect(sorted(text.trimEnd().split('\r\n').slice(1))).toEqual(sorted(lines.slice(1)))
  expect(test.complaints).toEqual([])
})

it('finds related records, changes those that are there, and tells which lines are refused, to be mended', async () => {
  await test.client.collection('routes').create({ code: 'A', flights: 1, daily: true })
  const page = await test.open('/data/routes/import', { dark: true })
  await choose(
    page,
    'routes.csv',
    [
      'code;from;flights;daily;note',
      'A;VCE;2;;x',
      'B;BER;3;yes;"two\nlines"',
      'C;XXX;4;no;x',
      'D;VCE;many;no;=1+1',
      'E;VCE;-1;no;x',
      'F;VCE;5;maybe;x',
      'G;VCE',
      '<img src=x onerror=alert(1)>;BER;<b>7</b>;no;x',
      '',
      'H;;6;no;x',
    ].join('\n'),
  )
  await page.getByRole('combobox', { name: 'What from names the related record by' }).click()
  await page.getByRole('option', { name: 'by iata' }).click()
  await page.getByRole('combobox', { name: 'Records that are there already' }).click()
  await page.getByRole('option', { name: 'Change those with the same code' }).click()
  await page.getByLabel('Says nothing').check()
  await page.getByText('Of 9 rows, 5 would be refused').waitFor()
  await picture(page, 'import-problems-dark')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.getByRole('heading', { name: 'Imported', exact: true }).waitFor()
  const refused = page.getByRole('table', { name: 'Refused rows' })
  await expect
    .poll(() => refused.locator('tbody tr td:first-child').allInnerTexts(), patience)
    .toEqual(['5', '6', '7', '8', '9', '10'])
  await refused.getByText('No record of airports has iata “XXX”').waitFor()
  await picture(page, 'import-refused-dark')
  expect(await violations(page)).toEqual([])

  const read = async () => {
    const { data } = await test.client
      .collection('routes')
      .list({ sort: 'code', expand: { from: { fields: ['iata'] } } })
    return data.map((route) => [
      route['code'],
      route['flights'],
      route['daily'],
      (route['expand'] as { from?: { iata: string } }).from?.iata,
    ])
  }
  expect(await read()).toEqual([
    ['A', 2, true, 'VCE'],
    ['B', 3, true, 'BER'],
    ['H', 6, false, undefined],
  ])

  // The refused ones, mended, are another import.
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download refused rows' }).click(),
  ])
  expect(download.suggestedFilename()).toBe('routes refused.csv')
  const text = await readFile(await download.path(), 'utf8')
  expect(text.split('\r\n')[0]).toBe('code,from,flights,daily,note,_line,_reason')
  const mended = text
    .split('\r\n')
    .filter((line) => /^(code|D),/.test(line))
    .join('\n')
    .replace('many', '9')
  await page.getByRole('button', { name: 'Import another file' }).click()
  await choose(page, 'mended.csv', mended)
  await page.getByRole('combobox', { name: 'What from names the related record by' }).click()
  await page.getByRole('option', { name: 'by iata' }).click()
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.getByRole('heading', { name: 'Imported', exact: true }).waitFor()
  expect(await read()).toContainEqual(['D', 9, false, 'VCE'])
  expect(test.complaints).toEqual([])
})

it('ends where it is cancelled, and keeps what was written', async () => {
  const codes = Array.from({ length: 40_000 }, (_, at) => `N${at}`)
  const page = await test.open('/data/airports/import')
  await choose(page, 'airports.csv', ['iata', ...codes].join('\n'))
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await page.getByRole('button', { name: 'Cancel the import' }).click()
  await page.getByRole('heading', { name: 'Cancelled' }).waitFor(patience)
  await page.getByText('What was written before stays.').waitFor()
  await picture(page, 'import-cancelled')
  const count = async () => (await test.client.collection('airports').list({ limit: 1, count: 'exact' })).meta.total!
  // The server may have been about to end the part it had.
  let last = -1
  await expect
    .poll(async () => {
      const before = last
      last = await count()
      return last === before
    }, patience)
    .toBe(true)
  expect(last).toBeLessThan(codes.length)
  await page.getByRole('link', { name: 'Show airports' }).waitFor()
  expect(test.complaints).toEqual([])
})

it('makes a collection of a file on a phone', async () => {
  const page = await test.open('/collections/import', { phone: true })
  const lines = [
    '{"Name":"Venice","people":250000,"canals":true,"codes":["30121"]}',
    '{"Name":"Berlin","people":3700000}',
  ]
  await choose(page, 'Big cities.ndjson', lines.join('\n'))
  await expect.poll(() => page.getByLabel('Name of the collection').inputValue(), patience).toBe('bigCities')
  await expect
    .poll(() => page.getByRole('combobox', { name: 'Type of the field for people' }).inputValue(), patience)
    .toBe('integer')
  await picture(page, 'import-new-phone')
  expect(await violations(page)).toEqual([])
  await page.getByRole('button', { name: 'Create the collection' }).click()
  await page.getByRole('button', { name: 'Start the import' }).click()
  await page.getByRole('heading', { name: 'Imported', exact: true }).waitFor()
  await picture(page, 'import-done-phone')
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390)
  const { data } = await test.client
    .collection('bigCities')
    .list({ sort: 'name', fields: ['name', 'people', 'canals', 'codes'] })
  expect(data).toEqual([
    { name: 'Berlin', people: 3_700_000, canals: null, codes: [] },
    { name: 'Venice', people: 250_000, canals: true, codes: ['30121'] },
  ])
  expect(test.complaints).toEqual([])
})
