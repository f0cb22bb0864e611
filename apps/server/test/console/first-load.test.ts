import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConsoleTest, startConsole } from './support/index.js'

const maxBytes = 250 * 1024

let test: ConsoleTest

beforeAll(async () => {
  test = await startConsole({ collections: [{ name: 'notes', fields: [{ name: 'text', type: 'text' }] }] })
})
afterAll(() => test?.stop())

/** Everything that is fetched until the page can be used, as gzip would send it: scripts, styles, pictures and answers. */
it(`is at most ${maxBytes / 1024} KB until the home page can be used`, async () => {
  const page = await test.open('/icon.svg')
  const sizes = new Map<string, number>()
  const reading: Promise<unknown>[] = []
  page.on('response', (response) => {
    reading.push(
      response.body().then(
        (body) => sizes.set(new URL(response.url()).pathname, gzipSync(body).length),
        () => {},
      ),
    )
  })
  const startedAt = performance.now()
  await page.goto('/console/', { waitUntil: 'commit' })
  await page.getByRole('link', { name: 'notes' }).first().waitFor()
  await page.getByRole('heading', { level: 1 }).waitFor()
  const tookMs = Math.round(performance.now() - startedAt)
  await Promise.all(reading)
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  const largest = [...sizes].toSorted(([, a], [, b]) => b - a).slice(0, process.env['ALL'] ? 200 : 12)
  console.log(`first load: ${(total / 1024).toFixed(1)} KB gzipped in ${sizes.size} answers, usable after ${tookMs} ms`)
  console.log(largest.map(([path, size]) => `${(size / 1024).toFixed(1)} ${path}`).join('\n'))
  expect(total).toBeLessThanOrEqual(maxBytes)
})
