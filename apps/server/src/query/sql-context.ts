import type { Params } from './params.js'

/** What a statement shares while its text is built: its parameters, and names for the tables it joins. */
export class SqlContext {
  private aliases = 0

  constructor(readonly params: Params) {}

  /** A table alias nobody else in this statement has. */
  alias(): string {
    this.aliases += 1
    return `r${this.aliases}`
  }
}
