/** Sleeps until the time is over or somebody wakes it; what wakes it while it is up counts for the next sleep. */
export class WakeUp {
  private woken = false
  private rouse: (() => void) | undefined

  wake(): void {
    this.woken = true
    this.rouse?.()
  }

  async sleep(ms: number): Promise<void> {
    if (!this.woken)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms)
        this.rouse = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    this.rouse = undefined
    this.woken = false
  }
}
