import type { CollectionDefinition } from '@holdfast/contract'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ConsoleTest, startConsole } from '../../console/support/index.js'

const markup = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>{{7*7}}'
const override = '\u202Egpj.exe\u2066'
const deep = (levels: number): object =>
  levels === 0 ? { [markup]: markup } : { [`level${levels}`]: deep(levels - 1) }

const collections: CollectionDefinition[] = [
  { name: 'authors', fields: [{ name: 'name', type: 'text' }] },
  {
    name: 'posts',
    history: true,
    trash: true,
    fields: [
      { name: 'title', type: 'text' },
      { name: 'long', type: 'text' },
      { name: 'body', type: 'richtext' },
      { name: 'site', type: 'url' },
      { name: 'link', type: 'text' },
      { name: 'data', type: 'json' },
      { name: 'kind', type: 'select', options: [markup, 'plain'] },
      { name: 'kinds', type: 'multiselect', options: [markup, 'plain'] },
      { name: 'tags', type: 'tags' },
      { name: 'author', type: 'relation', collection: 'authors', inverse: 'posts' },
      { name: 'authors', type: 'relation', collection: 'authors', many: true },
      { name: 'loud', type: 'computed', expression: 'upper(link)', returns: 'text' },
    ],
  },
]

let test: ConsoleTest
let id: string
let author: string

beforeAll(async () => {
  test = await startConsole({ collections })
  const { client } = test
  author = (await client.collection('authors').create({ name: markup })).id
  const values = {
    title: `${override} ${markup}`,
    long: `${markup} `.repeat(1_200),
    body: `<p>${markup}</p><a href="javascript:window.hacked=1">x</a>`,
    site: 'https://example.com/"><script>window.hacked=1</script>',
    link: 'javascript:window.hacked=1',
    data: deep(28),
    kind: markup,
    kinds: [markup],
    tags: [markup, override],
    author,
    authors: [author],
  }
  const posts = client.collection('posts')
  id = (await posts.create(values)).id
  await posts.update(id, { title: `${markup} changed`, data: { [markup]: [markup] }, tags: [] })
  await posts.delete((await posts.create(values)).id)
})
afterAll(() => test?.stop())

/** Nothing ran, nothing was made of it, and no link leads to a script. */
async function expectText(page: Page): Promise<void> {
  const made = await page.evaluate(
    `[window.hacked, document.querySelectorAll('img[src="x"], script:not([src])').length, document.querySelectorAll('a[href^="javascript:" i]').length].join()`,
  )
  expect(made).toBe(',0,0')
}

it('A226: shows whatever a record holds as text, in its form, its history and the trash', async () => {
  const page = await test.open(`/data/posts/${id}`)
  const drawer = page.getByRole('dialog').first()
  await drawer.getByRole('textbox', { name: 'title' }).waitFor()
  await expect.poll(() => drawer.getByRole('combobox', { name: 'author', exact: true }).inputValue()).toBe(markup)
  expect(await drawer.getByRole('textbox', { name: 'title' }).inputValue()).toBe(`${markup} changed`)
  await expectText(page)
  await drawer.getByRole('combobox', { name: 'authors', exact: true }).click()
  await page.keyboard.type('onerror')
  await expectText(page)
  await page.keyboard.press('Escape')
  for (const tab of ['Related', 'History', 'JSON', 'Access']) {
    await drawer.getByRole('tab', { name: tab }).click()
    await drawer.getByRole('tabpanel', { name: tab }).waitFor()
    await expectText(page)
  }
  await drawer.getByRole('tab', { name: 'History' }).click()
  await drawer.getByRole('button', { name: 'Look at version 1' }).click()
  await drawer.getByRole('group', { name: 'The record as it was' }).waitFor()
  await expectText(page)
  await page.goto(`/console/data/authors/${author}?tab=related`)
  await page.getByRole('link', { name: 'onerror' }).first().waitFor()
  await expectText(page)
  await page.goto('/console/data/posts/trash')
  await page.getByRole('table', { name: 'Deleted records' }).waitFor()
  await expectText(page)
  await page.getByRole('button', { name: /^Restore / }).click()
  await page.getByRole('dialog').waitFor()
  await expectText(page)
  expect(test.complaints).toEqual([])
})
