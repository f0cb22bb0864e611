import { ExpressionError, readTokens, type Token } from './tokens.js'

export type Expression =
  | { readonly kind: 'field'; readonly name: string; readonly at: number }
  | { readonly kind: 'number' | 'text'; readonly value: string; readonly at: number }
  | { readonly kind: 'constant'; readonly value: 'true' | 'false' | 'null'; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: '-' | 'not'; readonly operand: Expression; readonly at: number }
  | BinaryExpression
  | { readonly kind: 'isNull'; readonly operand: Expression; readonly negated: boolean; readonly at: number }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Expression[]; readonly at: number }
  | {
      readonly kind: 'case'
      readonly branches: readonly Branch[]
      readonly otherwise?: Expression
      readonly at: number
    }

/** `when … then …` of a `case`. */
export interface Branch {
  readonly when: Expression
  readonly value: Expression
}

export interface BinaryExpression {
  readonly kind: 'binary'
  readonly operator: string
  readonly left: Expression
  readonly right: Expression
  readonly at: number
}

const maxLength = 2000
const maxDepth = 40
const keywords = new Set(['and', 'or', 'not', 'is', 'null', 'true', 'false', 'case', 'when', 'then', 'else', 'end'])

/** Operators from the loosest to the tightest; those of one line bind alike, from the left. */
const levels: readonly (readonly string[])[] = [
  ['or'],
  ['and'],
  ['=', '<>', '!=', '<', '<=', '>', '>='],
  ['||'],
  ['+', '-'],
  ['*', '/', '%'],
]
const comparisonLevel = 2

/**
 * The expression of a computed field → tree. Knows names, numbers, texts, operators, `case` and calls, and nothing else.
 * @throws ExpressionError with the place of the first thing that is wrong
 */
export function parseExpression(source: string): Expression {
  if (source.length > maxLength)
    throw new ExpressionError(maxLength + 1, `an expression may have ${maxLength} characters`)
  const parser = new Parser(readTokens(source))
  const expression = parser.parseLevel(0)
  parser.expectEnd()
  return expression
}

class Parser {
  private position = 0
  private depth = 0

  constructor(private readonly tokens: readonly Token[]) {}

  /** Operators of this level and all that bind tighter. */
  parseLevel(level: number): Expression {
    const operators = levels[level]
    if (!operators) return this.parseUnary()
    let left = level === comparisonLevel ? this.parseComparand() : this.parseLevel(level + 1)
    while (operators.includes(this.word())) {
      const { at } = this.peek()
      const operator = this.next().text.toLowerCase()
      left = { kind: 'binary', operator, left, right: this.parseLevel(level + 1), at }
    }
    return left
  }

  expectEnd(): void {
    if (this.peek().kind !== 'end') throw new ExpressionError(this.peek().at, 'an operator or the end is expected')
  }

  /** `not` binds looser than a comparison; `is null` stands behind one operand. */
  private parseComparand(): Expression {
    const { at } = this.peek()
    if (this.take('not'))
      return { kind: 'unary', operator: 'not', operand: this.nested(() => this.parseLevel(comparisonLevel)), at }
    const operand = this.parseLevel(comparisonLevel + 1)
    if (!this.take('is')) return operand
    const negated = this.take('not')
    this.expect('null')
    return { kind: 'isNull', operand, negated, at }
  }

  private parseUnary(): Expression {
    const { at } = this.peek()
    if (this.take('-')) return { kind: 'unary', operator: '-', operand: this.nested(() => this.parseUnary()), at }
    return this.parsePrimary()
  }

  private parsePrimary(): Expression {
    const token = this.next()
    if (token.kind === 'number' || token.kind === 'text') return { kind: token.kind, value: token.text, at: token.at }
    if (token.text === '(') return this.parseGroup()
    if (token.kind === 'word') return this.parseWord(token)
    throw new ExpressionError(token.at, 'a field, a value or ( is expected')
  }

  private parseGroup(): Expression {
    const inner = this.nested(() => this.parseLevel(0))
    this.expect(')')
    return inner
  }

  private parseWord(token: Token): Expression {
    const word = token.text.toLowerCase()
    if (word === 'case') return this.nested(() => this.parseCase(token.at))
    if (word === 'true' || word === 'false' || word === 'null') return { kind: 'constant', value: word, at: token.at }
    if (keywords.has(word)) throw new ExpressionError(token.at, `${word} cannot stand here`)
    if (this.take('('))
      return { kind: 'call', name: word, args: this.nested(() => this.parseArguments()), at: token.at }
    return { kind: 'field', name: token.text, at: token.at }
  }

  private parseArguments(): Expression[] {
    if (this.take(')')) return []
    const args = [this.parseLevel(0)]
    while (this.take(',')) args.push(this.parseLevel(0))
    this.expect(')')
    return args
  }

  private parseCase(at: number): Expression {
    const branches: Branch[] = []
    while (this.take('when')) {
      const when = this.parseLevel(0)
      this.expect('then')
      branches.push({ when, value: this.parseLevel(0) })
    }
    if (branches.length === 0) throw new ExpressionError(this.peek().at, 'when is expected')
    const otherwise = this.take('else') ? this.parseLevel(0) : undefined
    this.expect('end')
    return { kind: 'case', branches, otherwise, at }
  }

  private nested<T>(parse: () => T): T {
    this.depth += 1
    if (this.depth > maxDepth) throw new ExpressionError(this.peek().at, 'the expression is nested too deep')
    const result = parse()
    this.depth -= 1
    return result
  }

  private peek(): Token {
    return this.tokens[this.position]!
  }

  /** The next symbol or word, words in small letters. */
  private word(): string {
    const token = this.peek()
    return token.kind === 'symbol' || token.kind === 'word' ? token.text.toLowerCase() : ''
  }

  private next(): Token {
    const token = this.peek()
    if (token.kind !== 'end') this.position += 1
    return token
  }

  private take(word: string): boolean {
    if (this.word() !== word) return false
    this.position += 1
    return true
  }

  private expect(word: string): void {
    if (!this.take(word)) throw new ExpressionError(this.peek().at, `${word} is expected`)
  }
}

/** The fields an expression reads, each once, in order of appearance. */
export function fieldsOfExpression(expression: Expression): string[] {
  const names = new Set<string>()
  collectFields(expression, names)
  return [...names]
}

function collectFields(expression: Expression, names: Set<string>): void {
  if (expression.kind === 'field') names.add(expression.name)
  for (const child of childrenOf(expression)) collectFields(child, names)
}

function childrenOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case 'unary':
    case 'isNull':
      return [expression.operand]
    case 'binary':
      return [expression.left, expression.right]
    case 'call':
      return expression.args
    case 'case':
      return [
        ...expression.branches.flatMap(({ when, value }) => [when, value]),
        ...(expression.otherwise ? [expression.otherwise] : []),
      ]
    default:
      return []
  }
}
