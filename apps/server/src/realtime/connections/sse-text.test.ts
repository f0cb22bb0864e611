import { expect, it } from 'vitest'
import { toErrorText, toEventText } from './sse-text.js'

it('A76: an event is on one line, also where its JSON is written over several', () => {
  const record = { text: 'a\n\ndata: {}\r\u2028' }
  const json = JSON.stringify({ type: 'create', record }, null, 2).replaceAll('\n', '\r\n')
  const text = String(toEventText({ id: 'abc', type: 'create', json } as never))
  const [id, data, ...rest] = text.split(/\r\n|\n|\r/)
  expect([id, rest]).toEqual(['id: abc', ['', '']])
  expect(JSON.parse(data!.slice('data: '.length))).toEqual({ type: 'create', record })
})

it('A76: so is an error that repeats what was asked for', () => {
  const reply = { type: 'error', code: 'not_found', detail: 'There is no collection a\n\ndata: {}\r' } as const
  expect(String(toErrorText(reply)).split(/\r\n|\n|\r/)).toHaveLength(4)
})
