/** Longer texts come from queries composed once; kept, they would fill the memory. */
const maxTextLength = 50_000

/**
 * Gives statements their names. A text gets one the second time it is seen: what clients compose once is not worth preparing.
 * Two generations bound the memory: a text that was not used while a whole generation filled up is forgotten.
 */
export class StatementNames {
  private recent = new Map<string, string | undefined>()
  private older = new Map<string, string | undefined>()
  private count = 0

  constructor(private readonly generationSize: number = 500) {}

  /** The name a statement brings with it, or one of ours. */
  nameFor({ name, text }: { readonly text: string; readonly name?: string }): string | undefined {
    return name ?? this.nameOf(text)
  }

  /** The name under which to prepare this text, or undefined to run it without. */
  nameOf(text: string): string | undefined {
    if (text.length > maxTextLength) return undefined
    const known = this.recent.get(text)
    if (known !== undefined) return known
    const name =
      this.older.get(text) ?? (this.recent.has(text) || this.older.has(text) ? `s${++this.count}` : undefined)
    if (this.recent.size >= this.generationSize) {
      this.older = this.recent
      this.recent = new Map()
    }
    this.recent.set(text, name)
    return name
  }

  /** After a schema change: every text is prepared anew, under another name. */
  forget(): void {
    this.recent = new Map()
    this.older = new Map()
  }
}
