import { readFileSync } from 'node:fs'
import type { CollectionDefinition } from '@holdfast/contract'

/** One request of a guide, and the answer that is shown below it. */
export interface GuideExample {
  /** Line in the file, for whoever reads a failure. */
  readonly line: number
  readonly method: string
  readonly path: string
  /** Who asks: a name of a persona; nobody when left out. */
  readonly as: string | undefined
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | undefined
  /** Values of the answer that later examples use, by name: `post = data.id`. */
  readonly keep: Readonly<Record<string, string>>
  readonly answer: unknown
}

export interface Guide {
  readonly collections: readonly Omit<CollectionDefinition, 'id'>[]
  readonly examples: readonly GuideExample[]
}

/**
 * A guide's `json collections` block, and its `http` blocks: `GET /collections/posts/records as ada`, headers, an empty line and
 * a body; `# post = data.id` keeps a value for `{post}`. A `json` block right below is what the answer holds at least; `"…"`
 * stands for any value.
 */
export function readGuide(name: string): Guide {
  const text = readFileSync(new URL(`../../../../../docs/${name}`, import.meta.url), 'utf8')
  const blocks = [...text.matchAll(/^```(http|json(?: collections)?)\n([\s\S]*?)^```$/gm)].map((match) => ({
    kind: match[1]!,
    content: match[2]!,
    from: match.index,
    to: match.index + match[0].length,
  }))
  const collections = blocks.filter(({ kind }) => kind === 'json collections').map(({ content }) => JSON.parse(content))
  const examples = blocks.flatMap(({ kind, content, from, to }, at) => {
    if (kind !== 'http') return []
    const next = blocks[at + 1]
    const shown = next?.kind === 'json' && text.slice(to, next.from).trim() === '' ? next.content : undefined
    const line = text.slice(0, from).split('\n').length
    return [{ ...readRequest(content), line, answer: shown && JSON.parse(shown) }]
  })
  return { collections: collections.flat(), examples }
}

function readRequest(content: string): Omit<GuideExample, 'line' | 'answer'> {
  const [head = '', ...rest] = content.split('\n\n')
  const lines = head.trimEnd().split('\n')
  const request = lines.find((line) => !line.startsWith('#')) ?? ''
  const match = /^(GET|POST|PUT|PATCH|DELETE) (\S+)(?: as (\w+))?$/.exec(request)
  if (!match) throw new Error(`A guide has an example that cannot be read: ${request}`)
  const pairs = (pattern: RegExp) =>
    Object.fromEntries(
      lines
        .flatMap((line) => [pattern.exec(line)?.slice(1) as [string, string] | undefined])
        .filter((pair) => pair !== undefined),
    )
  const body = rest.join('\n\n').trim()
  return {
    method: match[1]!,
    path: match[2]!,
    as: match[3],
    headers: pairs(/^([A-Z][\w-]+): (.*)$/),
    keep: pairs(/^# (\w+) = (\S+)$/),
    body: body === '' ? undefined : body,
  }
}

/** Where a value does not hold what is expected of it; undefined where it does. */
export function findDifference(expected: unknown, actual: unknown, path = 'answer'): string | undefined {
  if (expected === '…') return actual === undefined ? `${path} is absent` : undefined
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual)) return `${path} is not a list`
    if (actual.length !== expected.length) return `${path} has ${actual.length} items, not ${expected.length}`
    return firstOf(expected.map((item, index) => findDifference(item, actual[index], `${path}.${index}`)))
  }
  if (typeof expected === 'object' && expected !== null) {
    if (typeof actual !== 'object' || actual === null) return `${path} is ${JSON.stringify(actual)}, not an object`
    const members = actual as Record<string, unknown>
    return firstOf(
      Object.entries(expected).map(([key, value]) => findDifference(value, members[key], `${path}.${key}`)),
    )
  }
  return expected === actual ? undefined : `${path} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`
}

const firstOf = (differences: readonly (string | undefined)[]): string | undefined =>
  differences.find((difference) => difference !== undefined)
