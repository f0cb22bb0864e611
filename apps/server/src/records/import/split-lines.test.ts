import { describe, expect, it } from 'vitest'
import { maxLineBytes } from './line-buffer.js'
import { LineSplitter } from './split-lines.js'

const split = (chunks: readonly (string | Buffer)[]): [number, string][] => {
  const lines = new LineSplitter()
  const found = [...chunks.flatMap((chunk) => lines.push(Buffer.from(chunk))), ...lines.end()]
  return found.map(({ number, bytes }) => [number, bytes.toString()])
}

describe('LineSplitter', () => {
  it('gives the same lines however the bytes are cut', () => {
    const bytes = Buffer.from('\uFEFF{"a":"ä€😀"}\r\n\n \t\r\n{"b":1}\n\n{"c":2}')
    const wanted = [
      [1, '{"a":"ä€😀"}'],
      [4, '{"b":1}'],
      [6, '{"c":2}'],
    ]
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      )
      expect(split(chunks)).toEqual(wanted)
    }
  })

  it('drops a line that is too long, and goes on behind it', () => {
    const piece = 'x'.repeat(maxLineBytes / 4)
    expect(split([piece, piece, piece, piece, 'x', piece, '\n{"a":1}\n'])).toEqual([
      [1, 'too long'],
      [2, '{"a":1}'],
    ])
    expect(split([piece, piece, piece, piece, '\n'])[0]![1]).toHaveLength(maxLineBytes)
  })

  it('gives nothing for nothing', () => {
    expect(split([])).toEqual([])
    expect(split(['\n\n', '\r\n'])).toEqual([])
  })
})
