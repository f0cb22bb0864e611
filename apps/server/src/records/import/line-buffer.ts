/** Longest line; what a longer one holds is never kept. */
export const maxLineBytes = 1024 * 1024

/** A line without its end, or that it was too long. */
export interface RawLine {
  readonly number: number
  readonly bytes: Buffer | 'too long'
}

/** The parts of a line that is not complete yet. */
export class LineBuffer {
  private parts: Buffer[] = []
  private length = 0

  keep(part: Buffer): void {
    this.length += part.length
    if (this.length > maxLineBytes) this.parts = []
    else if (part.length > 0) this.parts.push(part)
  }

  /** The whole line; the next one begins. */
  take(): Buffer | 'too long' {
    const { parts, length } = this
    this.parts = []
    this.length = 0
    if (length > maxLineBytes) return 'too long'
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }
}
