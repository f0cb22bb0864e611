import { LineBuffer, type RawLine } from './line-buffer.js'

const lineFeed = 0x0a
const carriageReturn = 0x0d

/** Cuts bytes into lines as they come: LF or CRLF, a byte order mark at the start, no line feed at the end. Blank lines are left out, but counted. */
export class LineSplitter {
  private number = 0
  private readonly line = new LineBuffer()

  push(chunk: Buffer): RawLine[] {
    const lines: RawLine[] = []
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end >= 0; end = chunk.indexOf(lineFeed, start)) {
      this.line.keep(chunk.subarray(start, end))
      lines.push(...this.take())
      start = end + 1
    }
    this.line.keep(chunk.subarray(start))
    return lines
  }

  /** What stands behind the last line feed. */
  end(): RawLine[] {
    return this.take()
  }

  /** The line that is complete; none when it is blank. */
  private take(): RawLine[] {
    this.number += 1
    const line = this.line.take()
    if (line === 'too long') return [{ number: this.number, bytes: line }]
    const bytes = trim(line, this.number === 1)
    return isBlank(bytes) ? [] : [{ number: this.number, bytes }]
  }
}

function trim(bytes: Buffer, first: boolean): Buffer {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length
  const start = first && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  return bytes.subarray(start, end)
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x09)
