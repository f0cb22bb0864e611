/** Seconds an estimate is good for: it is no exact figure anyway, and asking the planner costs as much as a page. */
const ttlMs = 10_000
const maxEntries = 1000
/** Longer keys come from queries composed once; kept, they would fill the memory. */
const maxKeyLength = 4000

/** Estimated totals by statement and values. The values hold the caller's id where the rules use it. */
export class EstimateCache {
  private readonly entries = new Map<string, { total: number; expiresMs: number }>()

  async get(text: string, values: readonly unknown[], count: () => Promise<number>): Promise<number> {
    const key = `${text}\n${JSON.stringify(values)}`
    if (key.length > maxKeyLength) return count()
    const known = this.entries.get(key)
    if (known && known.expiresMs > Date.now()) return known.total
    const total = await count()
    this.entries.delete(key)
    if (this.entries.size >= maxEntries) this.entries.delete(this.entries.keys().next().value!)
    this.entries.set(key, { total, expiresMs: Date.now() + ttlMs })
    return total
  }
}
