const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Longest line; what a longer one holds is never kept. */
export const maxLineBytes = 1024 * 1024

/** A line without its end, or that it was too long. */
export interface RawLine {
  readonly number: number
  readonly bytes: Buffer | 'too long'
}

/** Cuts bytes into lines as they come: LF or CRLF, a byte order mark at the start, no line feed at the end. Blank lines are left out, but counted. */
export class LineSplitter {
  private number = 0
  private parts: Buffer[] = []
  private length = 0

  push(chunk: Buffer): RawLine[] {
    const lines: RawLine[] = []
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.keep(chunk.subarray(start, end))
      lines.push(...this.take())
      start = end + 1
    }
    this.keep(chunk.subarray(start))
    return lines
  }

  /** What stands behind the last line feed. */
  end(): RawLine[] {
    return this.take()
  }

  private keep(part: Buffer): void {
    this.length += part.length
    if (this.length > maxLineBytes) this.parts = []
    else if (part.length > 0) this.parts.push(part)
  }

  /** The line that is complete; none when it is blank. */
  private take(): RawLine[] {
    const { length, parts } = this
    this.number += 1
    this.length = 0
    this.parts = []
    if (length > maxLineBytes) return [{ number: this.number, bytes: 'too long' }]
    const bytes = trim(parts.length === 1 ? parts[0]! : Buffer.concat(parts), this.number === 1)
    return isBlank(bytes) ? [] : [{ number: this.number, bytes }]
  }
}

function trim(bytes: Buffer, first: boolean): Buffer {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length
  const start = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  return bytes.subarray(start, end)
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09)
