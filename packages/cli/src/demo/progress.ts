/** Where the demo writes to: standard output, or what a test reads. */
export interface Output {
  readonly isTTY?: boolean
  write(text: string): unknown
}

const barWidth = 28
const labelWidth = 12

/** Shows how far a long step is: a bar where there is a terminal, else one line at its end. */
export function startProgress(
  output: Output,
  label: string,
  total: number,
): { advance(count: number): void; finish(note?: string): void } {
  const startedMs = performance.now()
  let done = 0
  const draw = (): void => {
    if (!output.isTTY) return
    const filled = Math.round((barWidth * done) / Math.max(total, 1))
    const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
    output.write(`\r  ${label.padEnd(labelWidth)} ${bar} ${done.toLocaleString('en')}/${total.toLocaleString('en')}`)
  }
  draw()
  return {
    advance(count) {
      done += count
      draw()
    },
    finish(note) {
      const seconds = ((performance.now() - startedMs) / 1000).toFixed(1)
      const text = note ?? `${done.toLocaleString('en').padStart(6)} records in ${seconds} s`
      output.write(`${output.isTTY ? '\r\x1b[K' : ''}  ${label.padEnd(labelWidth)} ${text}\n`)
    },
  }
}
