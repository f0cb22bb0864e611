import { describe, expect, it } from 'vitest'
import { isInNetwork, parseAddress, parseNetwork } from './ip-address.js'

const bytes = (text: string) => [...(parseAddress(text) ?? [])]

describe('parseAddress', () => {
  it('gives the same bytes for every way of writing an address', () => {
    expect(bytes('127.0.0.1')).toEqual([127, 0, 0, 1])
    for (const text of ['::ffff:127.0.0.1', '::ffff:7f00:1', '0:0:0:0:0:ffff:7f00:0001', '::FFFF:7F00:1'])
      expect(bytes(text), text).toEqual([127, 0, 0, 1])
    expect(bytes('2001:DB8:0:0:0:0:0:1')).toEqual(bytes('2001:db8::1'))
    expect(bytes('1:2:3:4:5:6:7:8')).toEqual([0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8])
    expect(bytes('64:ff9b::1.2.3.4').slice(12)).toEqual([1, 2, 3, 4])
    expect(bytes('::')).toEqual(new Array(16).fill(0))
  })

  it.each([
    '',
    '127.1',
    '0x7f.0.0.1',
    '010.0.0.1',
    '1.2.3.4.5',
    '[::1]',
    'fe80::1%eth0',
    '::1::',
    'localhost',
    '1.2.3.4 ',
  ])('does not take %j for an address', (text) => {
    expect(parseAddress(text)).toBeUndefined()
  })
})

describe('parseNetwork', () => {
  const contains = (network: string, address: string) => isInNetwork(parseAddress(address)!, parseNetwork(network)!)

  it.each([
    ['10.0.0.0/8', '10.255.0.1', '11.0.0.0'],
    ['100.64.0.0/10', '100.127.255.255', '100.128.0.0'],
    ['192.0.2.7', '192.0.2.7', '192.0.2.6'],
    ['0.0.0.0/0', '255.1.2.3', '::1'],
    ['fd00::/8', 'fdff::1', 'fc00::1'],
    ['2001:db8::/33', '2001:db8:7fff::', '2001:db8:8000::'],
    ['::/0', 'ff02::1', '1.2.3.4'],
    ['::ffff:10.0.0.1', '10.0.0.1', '10.0.0.2'],
  ])('%s holds %s and not %s', (network, inside, outside) => {
    expect([contains(network, inside), contains(network, outside)]).toEqual([true, false])
  })

  it.each(['10.0.0.0/33', '::/129', '10.0.0.0/', '10.0.0.0/8/8', '10/8', '/8', '::ffff:10.0.0.0/104', '10.0.0.0/-1'])(
    'refuses %s',
    (text) => {
      expect(parseNetwork(text)).toBeUndefined()
    },
  )
})
