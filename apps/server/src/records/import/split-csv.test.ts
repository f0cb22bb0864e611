import { describe, expect, it } from 'vitest'
import { CsvSplitter, parseCells } from './split-csv.js'

const split = (chunks: readonly Buffer[]): [number, string][] => {
  const splitter = new CsvSplitter()
  const found = [...chunks.flatMap((chunk) => splitter.push(chunk)), ...splitter.end()]
  return found.map(({ number, bytes }) => [number, bytes.toString()])
}

describe('CsvSplitter', () => {
  it('gives the same records however the bytes are cut', () => {
    const bytes = Buffer.from('a,b\r\n"x\n""y""",2\r\n\r\n3,"€\r\n"\n4,5')
    const wanted = [
      [1, 'a,b\r'],
      [2, '"x\n""y""",2\r'],
      [5, '3,"€\r\n"'],
      [7, '4,5'],
    ]
    for (let size = 1; size <= bytes.length; size++) {
      const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      )
      expect(split(chunks)).toEqual(wanted)
    }
  })
})

describe('parseCells', () => {
  it.each([
    ['a,b', ['a', 'b']],
    ['', ['']],
    [',', ['', '']],
    ['"a,b",c\r', ['a,b', 'c']],
    ['"say ""hi""","x\ny",', ['say "hi"', 'x\ny', '']],
    ['"""",""', ['"', '']],
  ])('reads %j', (text, cells) => {
    expect(parseCells(text, ',').map((cell) => cell.text)).toEqual(cells)
  })

  it.each(['"a', '"a"b', 'a"b"', '"a" ,b'])('refuses %j', (text) => {
    expect(() => parseCells(text, ',')).toThrow(/quote/)
  })
})
