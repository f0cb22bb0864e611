import { describe, expect, it } from 'vitest'
import { findAddress } from './channel-address.js'

const definitions = new Map(
  [
    { definition: { name: 'lobby', rules: [] }, collectionId: null },
    { definition: { name: 'rooms', collection: 'rooms', rules: [] }, collectionId: 'some' },
  ].map((channel) => [channel.definition.name, channel]),
)
const find = (name: unknown) => findAddress(name, { find: (kind) => definitions.get(kind) })
const id = '0190a000-0000-7000-8000-00000000abcd'

describe('findAddress', () => {
  it('finds the channel of a kind, and that of a record', () => {
    expect(find('lobby')).toMatchObject({ channel: { definition: { name: 'lobby' } }, recordId: undefined })
    expect(find(`rooms/${id}`)).toMatchObject({ channel: { definition: { name: 'rooms' } }, recordId: id })
  })

  it.each([
    ...[
      '',
      '/',
      '*',
      'lobby/',
      'lobby/*',
      ' lobby',
      'lobby ',
      'Lobby',
      'lobby\0',
      'lobb',
      'lobbyy',
      'lobby/..',
      '../lobby',
    ],
    ...['rooms', 'rooms/', 'rooms/*', `rooms/${id.toUpperCase()}`, `rooms/${id}/`, `rooms/${id}/x`, `rooms//${id}`],
    ...[`rooms/{${id}}`, `rooms/${id} `, `rooms/${id}\n`, `rooms%2f${id}`, `lobby/${id}`, 'rooms/%', 'ｌobby', 'lоbby'],
    ...['__proto__', 'constructor', `__proto__/${id}`, 'x'.repeat(1_000_000)],
  ])('finds nothing by %j', (name) => expect(find(name)).toBeUndefined())

  it.each([undefined, null, 1, {}, ['lobby'], { toString: () => 'lobby' }])(
    'finds nothing by what is no text',
    (name) => expect(find(name)).toBeUndefined(),
  )
})
