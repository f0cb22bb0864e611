import type { RealtimeReply } from '@holdfast/contract'
import { describe, expect, it } from 'vitest'
import { dropVoid, type Told } from './told.js'

const event = (subscription: string, type: 'create' | 'reset' | 'ready', id = ''): Told => ({
  subscription,
  event: { id, type, json: '{}' },
})
const reply = (reply: RealtimeReply): Told => ({ reply })
const failed = (subject: { subscription?: string; channel?: string; ref?: string }) =>
  reply({ type: 'error', code: 'forbidden', detail: '', ...subject })

describe('dropVoid', () => {
  it('keeps all in its order where nothing has become void', () => {
    const told = [event('a', 'create'), reply({ type: 'ok', ref: '1' }), event('b', 'create'), event('a', 'ready')]
    expect(dropVoid(told)).toEqual(told)
  })

  it('drops what came for a subscription before its last reset, and its position', () => {
    const position = reply({ type: 'position', subscription: 'a', id: 'x' })
    const [kept, reset, after] = [event('b', 'create'), event('a', 'reset', '2'), event('a', 'create', '3')]
    expect(dropVoid([event('a', 'create'), event('a', 'reset', '1'), kept, position, reset, after])).toEqual([
      kept,
      reset,
      after,
    ])
  })

  it('drops what came for a subscription or a channel before the error that ended it', () => {
    const message = reply({ type: 'joined', channel: 'a', member: { id: '', user: null, state: {} } })
    const [one, two] = [failed({ subscription: 'a' }), failed({ channel: 'a' })]
    expect(dropVoid([event('a', 'create'), message, one, two])).toEqual([one, two])
    expect(dropVoid([event('a', 'create'), message, two])).toEqual([event('a', 'create'), two])
  })

  it('takes an error that answers a message for no end of anything', () => {
    const told = [event('a', 'create'), failed({ ref: 'a' })]
    expect(dropVoid(told)).toEqual(told)
  })
})
