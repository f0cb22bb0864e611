import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { compile, exampleModule } from '../fixtures/compile.js'

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8')
const here = new URL('.', import.meta.url)
const sources = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((name) => /(?<!\.test)\.ts$/.test(name))

/** The `@example`s of docstrings, by where they stand. */
const docstringExamples = (name: string): [string, string][] =>
  [...read(name).matchAll(/^ *\* @example\n((?: *\*(?:| .*)\n)+?)(?= *\*\/| *\* @)/gm)].map(
    ({ 1: block = '', index }, n) => [
      `${name.replace('/', '-')}-${n + 1}-at-${index}`,
      block.replaceAll(/^ *\* ?/gm, ''),
    ],
  )

/** The TypeScript blocks of a Markdown file. */
const markdownExamples = (path: string): [string, string][] =>
  [...read(path).matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(({ 1: block = '' }, n) => [
    `${path.split('/').at(-1)}-${n + 1}`,
    block,
  ])

const modulesOf = (examples: [string, string][]): Record<string, string> =>
  Object.fromEntries(examples.map(([name, example]) => [`${name}.ts`, exampleModule(example)]))

describe('examples', () => {
  it('compile where they stand in docstrings', () => {
    const examples = sources.flatMap(docstringExamples)
    expect(examples.length).toBeGreaterThan(25)
    expect(compile(modulesOf(examples))).toEqual([])
  })

  it('compile in the guide and in the README', () => {
    const examples = [
      '../../../docs/sdk.md',
      '../../../docs/realtime.md',
      '../../../docs/auth.md',
      '../../../README.md',
    ].flatMap(markdownExamples)
    expect(examples.length).toBeGreaterThan(5)
    expect(compile(modulesOf(examples))).toEqual([])
  })

  it('are found out when they do not compile', () => {
    expect(
      compile(modulesOf([['wrong', "await client.collection('posts').get(id, { fields: ['nope'] })"]])),
    ).toHaveLength(1)
  })
})
