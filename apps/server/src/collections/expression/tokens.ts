/** What is wrong with an expression, and where: `at` counts characters from 1. */
export class ExpressionError extends Error {
  constructor(
    readonly at: number,
    problem: string,
  ) {
    super(`character ${at}: ${problem}`)
  }
}

export interface Token {
  readonly kind: 'word' | 'number' | 'text' | 'symbol' | 'end'
  /** Texts without their quotes; everything else as written. */
  readonly text: string
  readonly at: number
}

const patterns: readonly (readonly [Token['kind'] | 'space', RegExp])[] = [
  ['space', /\s+/y],
  ['word', /[a-zA-Z][a-zA-Z0-9_]*/y],
  ['number', /\d{1,30}(\.\d{1,30})?(?![\w.])/y],
  ['text', /'(?:[^']|'')*'/y],
  ['symbol', /\|\||<>|!=|<=|>=|[-+*/%=<>(),]/y],
]

/** @throws ExpressionError at a character that begins nothing */
export function readTokens(source: string): Token[] {
  const tokens: Token[] = []
  let position = 0
  while (position < source.length) {
    const match = matchAt(source, position)
    if (match.kind !== 'space') tokens.push({ kind: match.kind, text: match.text, at: position + 1 })
    position += match.length
  }
  tokens.push({ kind: 'end', text: '', at: source.length + 1 })
  return tokens
}

function matchAt(source: string, position: number) {
  for (const [kind, pattern] of patterns) {
    pattern.lastIndex = position
    const text = pattern.exec(source)?.[0]
    if (text !== undefined)
      return { kind, length: text.length, text: kind === 'text' ? text.slice(1, -1).replaceAll("''", "'") : text }
  }
  throw new ExpressionError(position + 1, 'this character cannot stand here')
}
