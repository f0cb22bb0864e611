/** Seconds an estimate is good for: it is no exact figure anyway, and asking the planner costs as much as a page. */
const ttlMs = 10_000
const maxEntries = 1000
/** Longer keys come from queries composed once; kept, they would fill the memory. */
const maxKeyLength = 4000

/** Estimates by statement and values. The values hold the caller's id where the rules use it. */
export class EstimateCache<T> {
  private readonly entries = new Map<string, { value: T; expiresMs: number }>()

  async get(text: string, values: readonly unknown[], find: () => Promise<T>): Promise<T> {
    const key = `${text}\n${JSON.stringify(values)}`
    if (key.length > maxKeyLength) return find()
    const known = this.entries.get(key)
    if (known && known.expiresMs > Date.now()) return known.value
    const value = await find()
    this.entries.delete(key)
    if (this.entries.size >= maxEntries) this.entries.delete(this.entries.keys().next().value!)
    this.entries.set(key, { value, expiresMs: Date.now() + ttlMs })
    return value
  }
}
