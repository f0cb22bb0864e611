/** What may be done at once, and again with time. */
export class Allowance {
  private left: number
  private atMs: number

  constructor(
    private readonly most: number,
    private readonly perSecond: number,
    nowMs = Date.now(),
  ) {
    this.left = most
    this.atMs = nowMs
  }

  /** False when there is not enough left. */
  spend(nowMs = Date.now()): boolean {
    this.left = Math.min(this.most, this.left + (Math.max(0, nowMs - this.atMs) / 1000) * this.perSecond)
    this.atMs = nowMs
    if (this.left < 1) return false
    this.left -= 1
    return true
  }
}
