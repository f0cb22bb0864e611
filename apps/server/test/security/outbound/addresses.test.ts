import { networkInterfaces } from 'node:os'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { OutboundHttp } from '../../../src/platform/outbound/index.js'
import { type Canaries, startCanaries } from './canaries.js'
import { type NameServer, startNameServer } from './name-server.js'
import { createOutbound } from './outbound.js'

/** Every port is open, so that only the address can be the reason. */
const everyPort = { OUTBOUND_PORTS: '1-65535', PUBLIC_URL: 'https://api.own.test' }

describe('calls to addresses that are not public', () => {
  let canaries: Canaries
  let names: NameServer
  let outbound: OutboundHttp

  beforeAll(async () => {
    canaries = await startCanaries()
    names = await startNameServer({
      'loopback.test': ['127.0.0.1'],
      'loopback6.test': ['::1'],
      'mapped.test': ['::ffff:127.0.0.1'],
      'nat64.test': ['64:ff9b::7f00:1'],
      'metadata.google.internal': ['169.254.169.254'],
      'mixed.test': ['8.8.8.8', '127.0.0.1'],
      'mixed-families.test': ['8.8.8.8', '::1'],
      'rebinding.test': (time) => (time === 0 ? ['127.0.0.2'] : ['8.8.8.8']),
      'api.own.test': ['8.8.8.8'],
    })
    outbound = createOutbound(everyPort, names.server)
  })
  afterAll(() => {
    canaries.close()
    names.close()
  })
  afterEach(() => expect(canaries.hits).toEqual([]))

  const call = (host: string, scheme = 'http') =>
    outbound.send({ method: 'POST', url: `${scheme}://${host}:${canaries.port}/x`, body: '{}' })

  it('would be heard: the canaries sing when they are reached', async () => {
    const heard = await startCanaries()
    const allowed = createOutbound({ ...everyPort, OUTBOUND_ALLOW: '127.0.0.0/8' })
    for (const host of ['127.0.0.1', '127.0.0.2'])
      expect(await allowed.send({ method: 'GET', url: `http://${host}:${heard.port}/` })).toMatchObject({
        body: 'secret',
      })
    expect(heard.hits).toHaveLength(2)
    heard.close()
  })

  it.each([
    '127.0.0.1',
    '127.1',
    '127.0.0.2',
    '0',
    '0.0.0.0',
    '2130706433',
    '0x7f.1',
    '0x7f000001',
    '017700000001',
    '0177.0.0.1',
    '127.0.0.1.',
    '１２７.０.０.１',
    '[::]',
    '[::1]',
    '[0:0:0:0:0:0:0:1]',
    '[::ffff:127.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[64:ff9b::7f00:1]',
    '[2002:7f00:1::1]',
    '[fd00:ec2::254]',
    '[fe80::1]',
    '169.254.169.254',
    '100.64.0.1',
    '100.100.100.200',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.0.1',
    '224.0.0.1',
    '255.255.255.255',
  ])('A185: refuses the literal %s, before and while calling', async (host) => {
    for (const scheme of ['http', 'https']) {
      expect(await call(host, scheme)).toMatchObject({ ok: false, failure: 'refused_address' })
      expect(outbound.findFault(`${scheme}://${host}:${canaries.port}/`)).toMatchObject({ failure: 'refused_address' })
    }
  })

  it.each([
    'localhost',
    'localhost.',
    'LOCALHOST',
    'app.localhost',
    'loopback.test',
    'loopback.test.',
    'loopback6.test',
    'mapped.test',
    'nat64.test',
    'metadata.google.internal',
    'mixed.test',
    'mixed-families.test',
    'ⓛoopback.test',
  ])('A185: refuses the name %s, which leads to an address that is not public', async (host) => {
    expect(await call(host)).toMatchObject({ ok: false, failure: 'refused_address' })
  })

  it('A185: refuses every address of the machine it runs on', async () => {
    const own = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
    expect(own.length).toBeGreaterThan(0)
    for (const { address, family } of own) {
      const host = family === 'IPv6' ? `[${address}]` : address
      expect(await call(host), host).toMatchObject({ ok: false, failure: 'refused_address' })
    }
  })

  it('A185: refuses the name under which it is called itself', async () => {
    expect(await call('api.own.test')).toMatchObject({ ok: false, failure: 'refused_address' })
    expect(await call('API.own.test.')).toMatchObject({ ok: false, failure: 'refused_address' })
  })

  it('A185: asks for a name once, so that a second answer cannot replace the one that was judged', async () => {
    expect(await call('rebinding.test')).toMatchObject({ ok: false, failure: 'refused_address' })
    expect(names.queries.filter((query) => query.endsWith('rebinding.test')).sort()).toEqual([
      'A rebinding.test',
      'AAAA rebinding.test',
    ])
  })
})
