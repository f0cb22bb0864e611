import { type Json, limits } from '@holdfast/contract'
import { AppError, invalidAt } from '../../lib/index.js'

/** One relation to expand, as it was written: untrusted names. */
export interface RawExpand {
  readonly name: string
  readonly filter?: Json
  readonly sort?: readonly string[]
  readonly fields?: readonly string[]
  readonly limit?: number
  readonly count?: string
  /** `start`, or a cursor. */
  readonly cursor?: string
  readonly expand: readonly RawExpand[]
}

/**
 * `author,comments(sort:-createdAt,limit:3,fields:text,expand(author))` → tree. `author.team` is `author(expand(team))`.
 * @throws invalid_query with the position or for a relation named twice, query_too_complex
 */
export function parseExpand(text: string): RawExpand[] {
  const reader = new ExpandReader(text)
  const items = reader.items(1)
  reader.end()
  return items
}

class ExpandReader {
  private at = 0
  private count = 0

  constructor(private readonly text: string) {}

  items(depth: number): RawExpand[] {
    if (depth > limits.expandDepth)
      throw invalidAt('query_too_complex', 'expand', `Relations may be expanded ${limits.expandDepth} deep`)
    const items = [this.item(depth)]
    while (this.take(',')) items.push(this.item(depth))
    refuseTwins(items)
    return items
  }

  end(): void {
    if (this.at < this.text.length) throw this.unexpected()
  }

  private item(depth: number): RawExpand {
    const name = this.name()
    this.count += 1
    if (this.count > limits.expansions)
      throw invalidAt('query_too_complex', 'expand', `A query may expand ${limits.expansions} relations`)
    if (this.take('.')) {
      if (depth >= limits.expandDepth)
        throw invalidAt('query_too_complex', 'expand', `Relations may be expanded ${limits.expandDepth} deep`)
      return { name, expand: [this.item(depth + 1)] }
    }
    if (!this.take('(')) return { name, expand: [] }
    const options = this.options(depth)
    if (!this.take(')')) throw this.unexpected()
    return { name, ...options }
  }

  private options(depth: number): Omit<RawExpand, 'name'> {
    const options: { -readonly [K in keyof RawExpand]?: RawExpand[K] } = { expand: [] }
    do {
      const key = this.name()
      if (key === 'expand' && this.take('(')) {
        options.expand = this.items(depth + 1)
        if (!this.take(')')) throw this.unexpected()
      } else if (!this.take(':')) throw this.unexpected()
      else if (key === 'sort' || key === 'fields') options[key] = this.names()
      else if (key === 'limit') options.limit = this.number()
      else if (key === 'filter') options.filter = this.json()
      else if (key === 'count') options.count = this.match(/[A-Za-z]{1,20}(?::\d{1,9})?/y)
      else if (key === 'cursor') options.cursor = this.match(/[\w-]+/y)
      else
        throw invalidAt(
          'invalid_query',
          'expand',
          `${key} is not an option of expand`,
          'Use filter, sort, fields, limit, count, cursor and expand.',
        )
    } while (this.take(','))
    return options as Omit<RawExpand, 'name'>
  }

  /** Names up to the next option: in `sort:-a,b,limit:3` the list ends before `limit`. */
  private names(): string[] {
    const names = [this.match(/-?\$?[A-Za-z][\w.]*/y)]
    for (;;) {
      const next = /,(-?\$?[A-Za-z][\w.]*)(?=[,)])/y
      next.lastIndex = this.at
      const found = next.exec(this.text)
      if (!found) return names
      names.push(found[1]!)
      this.at = next.lastIndex
    }
  }

  private number(): number {
    return Number(this.match(/\d{1,6}/y))
  }

  /** A JSON object, up to its closing brace. */
  private json(): Json {
    const start = this.at
    let depth = 0
    let quoted = false
    for (; this.at < this.text.length; this.at += 1) {
      const char = this.text[this.at]
      if (quoted) {
        if (char === '\\') this.at += 1
        else if (char === '"') quoted = false
      } else if (char === '"') quoted = true
      else if (char === '{') depth += 1
      else if (char === '}') depth -= 1
      if (depth === 0 && !quoted) break
    }
    this.at += 1
    try {
      return JSON.parse(this.text.slice(start, this.at)) as Json
    } catch {
      throw invalidAt('invalid_query', 'expand', 'The filter inside expand is not valid JSON')
    }
  }

  private name(): string {
    return this.match(/[A-Za-z]\w*/y)
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.text)
    if (!found) throw this.unexpected()
    this.at = pattern.lastIndex
    return found[0]
  }

  private take(char: string): boolean {
    if (this.text[this.at] !== char) return false
    this.at += 1
    return true
  }

  private unexpected(): AppError {
    return invalidAt(
      'invalid_query',
      'expand',
      `expand cannot be read at position ${this.at + 1}`,
      'Write expand=author,comments(sort:-createdAt,limit:3,fields:text,expand(author)).',
    )
  }
}

function refuseTwins(items: readonly RawExpand[]): void {
  const names = new Set<string>()
  for (const { name } of items) {
    if (names.has(name))
      throw invalidAt(
        'invalid_query',
        'expand',
        `${name} is expanded twice`,
        `Write what is wanted of it in one place: ${name}(expand(…)).`,
      )
    names.add(name)
  }
}
