import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConsoleTest, startConsole } from './support/index.js'

/** Enough that no browser could hold the rows, and no element could be as high as they are. */
const count = 1_000_000

let test: ConsoleTest

beforeAll(async () => {
  test = await startConsole({
    collections: [
      {
        name: 'points',
        changeLog: 'off',
        fields: [
          { name: 'n', type: 'integer', required: true, index: true },
          { name: 'title', type: 'text' },
          { name: 'group', type: 'select', options: ['a', 'b', 'c'] },
          ...Array.from({ length: 12 }, (_, n) => ({ name: `extra${n}`, type: 'integer' as const })),
        ],
      },
    ],
  })
  const run = (text: string) => test.server.database.run({ text, values: [] })
  // In parts that each end before the statement timeout.
  const part = count / 10
  for (let from = 0; from < count; from += part)
    await run(`insert into public.points (n, title, "group")
      select i, 'Point ' || i, (array['a','b','c'])[1 + i % 3] from generate_series(${from}, ${from + part - 1}) i`)
  await run('analyze public.points')
}, 120_000)
afterAll(() => test?.stop())

const grid = (page: Page) => page.getByRole('grid')
const first = (page: Page) => page.locator('[data-row] [data-col="0"]').first().textContent().then(Number)
const shows = (page: Page, n: number) =>
  expect.poll(() => page.getByText(`Point ${n}`, { exact: true }).count(), { timeout: 15_000 }).toBe(1)
const elements = (page: Page) => page.evaluate('document.querySelectorAll("*").length') as Promise<number>

/** Megabytes that JavaScript holds once what nobody needs is gone. */
async function heap(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page)
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = (await session.send('Runtime.getHeapUsage')) as { usedSize: number }
  await session.detach()
  return Math.round(usedSize / 1e5) / 10
}

it('scrolls through a million records in constant memory', async () => {
  const page = await test.open('/data/points?sort=n')
  await page.evaluate(`window.longest = 0; new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration)
    }).observe({ type: 'longtask' })`)
  await shows(page, 0)
  await expect.poll(() => page.locator('[role="toolbar"]').textContent()).toMatch(/about [\d,]+ records/)
  await page.getByRole('button', { name: 'Count exactly' }).click()
  await page.getByText('1,000,000 records', { exact: true }).waitFor()
  const begin = { heap: await heap(page), elements: await elements(page) }

  // By wheel, far down and back up.
  await grid(page).hover()
  for (let turn = 0; turn < 60; turn += 1) await page.mouse.wheel(0, 900)
  await expect.poll(() => first(page), { timeout: 15_000 }).toBeGreaterThan(1_000)
  const far = await first(page)
  for (let turn = 0; turn < 70; turn += 1) await page.mouse.wheel(0, -900)
  await shows(page, 0)

  // By keys: to the end, which is read backwards, and on from there.
  await grid(page).focus()
  await page.keyboard.press('Control+ArrowDown')
  await shows(page, count - 1)
  expect(await grid(page).getAttribute('aria-rowcount')).toBe(String(count + 1))
  for (let turn = 0; turn < 12; turn += 1) await page.keyboard.press('PageUp')
  await expect.poll(() => first(page)).toBeGreaterThan(count - 600)
  await page.keyboard.press('Control+ArrowUp')
  await shows(page, 0)

  // By the scrollbar, to the middle and elsewhere: the row is the one its place says.
  for (const part of [0.5, 0.3, 0.8]) {
    // At the moment when the grid puts right the scrollbar that rested, and has not heard of the next drag yet.
    await grid(page).evaluate(async (element, to) => {
      element.dispatchEvent(new Event('scroll'))
      const begun = performance.now()
      while (performance.now() < begun + 146) await new Promise((done) => requestAnimationFrame(done))
      await new Promise((done) => setTimeout(done, 0))
      element.scrollTo(0, element.scrollHeight * to)
    }, part)
    await expect.poll(async () => Math.abs((await first(page)) / count - part) < 0.01, { timeout: 15_000 }).toBe(true)
    const row = page.locator('[data-row]').first()
    expect(await row.locator('[data-col="0"]').textContent()).toBe(await row.getAttribute('data-row'))
  }
  for (let turn = 0; turn < 20; turn += 1) await page.mouse.wheel(0, 900)
  await expect.poll(() => first(page)).toBeGreaterThan(count * 0.8)

  const end = { heap: await heap(page), elements: await elements(page) }
  const longest = Math.round((await page.evaluate('window.longest')) as number)
  console.log(
    `grid of ${count}: far ${far}, begin ${JSON.stringify(begin)}, end ${JSON.stringify(end)} MB, longest task ${longest} ms`,
  )
  expect(end.elements).toBeLessThan(2_500)
  expect(end.heap).toBeLessThan(begin.heap + 25)
  expect(longest).toBeLessThan(3_000)
  expect(test.complaints).toEqual([])
}, 120_000)
