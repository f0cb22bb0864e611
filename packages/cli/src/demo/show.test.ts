import { describe, expect, it } from 'vitest'
import { formatTable } from './table.js'
import { toCurl } from './watch-requests.js'

describe('formatTable', () => {
  it('aligns texts left and numbers right, and tells absent from empty', () => {
    const rows = [
      { who: 'ada', budget: 1_234_567, note: null },
      { who: 'everybody', note: 'a'.repeat(60) },
    ]
    expect(formatTable(rows, '').split('\n')).toEqual([
      'who           budget  note',
      '─────────  ─────────  ──────────────────────────────────────────',
      'ada        1,234,567  –',
      `everybody          ·  ${'a'.repeat(41)}…`,
    ])
  })
})

describe('toCurl', () => {
  it('writes what a shell sends unchanged', () => {
    const url = 'http://h/api/v1/x?filter=%7B%22a%22%3A%22it%27s%2050%25%22%7D&sort=-a%2Cb'
    expect(toCurl({ method: 'GET', url, signedIn: true, body: undefined })).toBe(
      `curl -g 'http://h/api/v1/x?filter={"a":"it%27s%2050%25"}&sort=-a,b' -H "Authorization: Bearer $TOKEN"`,
    )
    expect(toCurl({ method: 'PUT', url: 'http://h/x', signedIn: false, body: `{"a":"it's"}` })).toBe(
      `curl -g -X PUT 'http://h/x' --json '{"a":"it'\\''s"}'`,
    )
  })
})
