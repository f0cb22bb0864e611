/** Longer texts come from queries composed once; kept, they would fill the memory. */
const maxTextLength = 50_000
/** A statement that takes less at its fastest lets others wait behind it. */
const quickMs = 5
/** One that held up others has nobody wait behind it for so long; when it soon does it again, twice as long. */
const firstMistrustMs = 10_000
const longestMistrustMs = 600_000

/** What is known of a statement that repeats: under which name it is prepared, and how long it takes. */
export class KnownStatement {
  private fastestMs = Number.POSITIVE_INFINITY
  private mistrustedUntilMs = 0
  private mistrustedForMs = 0

  constructor(readonly name: string) {}

  /**
   * It ran. Times are by the clock of this process, which may be busy when an answer arrives, so that the fastest tells
   * most; it is forgotten slowly, since tables grow.
   */
  took(ms: number): void {
    this.fastestMs = Math.min(ms, this.fastestMs * 1.001)
  }

  /**
   * Others had to wait for it. When the disk or the whole machine halts for a moment, every connection says so of what it runs:
   * that is once. And whoever was good for longer than it was mistrusted begins anew.
   */
  heldUpOthers(nowMs: number): void {
    if (nowMs < this.mistrustedUntilMs) return
    const again = nowMs - this.mistrustedUntilMs <= this.mistrustedForMs
    this.mistrustedForMs = again ? Math.min(2 * this.mistrustedForMs, longestMistrustMs) : firstMistrustMs
    this.mistrustedUntilMs = nowMs + this.mistrustedForMs
  }

  isQuick(nowMs: number): boolean {
    return this.fastestMs < quickMs && nowMs > this.mistrustedUntilMs
  }
}

/**
 * Gives statements their names. A text gets one the second time it is seen: what clients compose once is not worth preparing.
 * Two generations bound the memory: a text that was not used while a whole generation filled up is forgotten.
 */
export class StatementNames {
  private recent = new Map<string, KnownStatement | undefined>()
  private older = new Map<string, KnownStatement | undefined>()
  private count = 0

  constructor(private readonly generationSize: number = 500) {}

  /** What is known of this text; undefined: run it without a name. */
  find(text: string): KnownStatement | undefined {
    if (text.length > maxTextLength) return undefined
    const recent = this.recent.get(text)
    if (recent !== undefined) return recent
    const seen = this.recent.has(text) || this.older.has(text)
    const known = this.older.get(text) ?? (seen ? new KnownStatement(`s${++this.count}`) : undefined)
    if (this.recent.size >= this.generationSize) {
      this.older = this.recent
      this.recent = new Map()
    }
    this.recent.set(text, known)
    return known
  }

  /** After a schema change: every text is prepared anew, under another name. */
  forget(): void {
    this.recent = new Map()
    this.older = new Map()
  }
}
