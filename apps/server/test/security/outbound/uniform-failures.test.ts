import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findFreePort } from '../../support/index.js'
import { type Canaries, startCanaries } from './canaries.js'
import { type NameServer, startNameServer } from './name-server.js'
import { createOutbound } from './outbound.js'

describe('A190: what failures tell of the network the server stands in', () => {
  let canaries: Canaries
  let names: NameServer

  beforeAll(async () => {
    canaries = await startCanaries()
    names = await startNameServer({
      'open.internal': ['127.0.0.1'],
      'closed.internal': ['127.0.0.77'],
      'far.internal': ['10.200.200.200'],
      'six.internal': ['fd00::77'],
      'empty.internal': [],
    })
  })
  afterAll(() => {
    expect(canaries.hits).toEqual([])
    canaries.close()
    names.close()
  })

  it('is the same for names that are unknown, have no address, or lead to open, closed and absent hosts', async () => {
    const outbound = createOutbound({ OUTBOUND_PORTS: '1-65535' }, names.server)
    const hosts = [
      'unknown.internal',
      'empty.internal',
      'open.internal',
      'closed.internal',
      'far.internal',
      'six.internal',
    ]
    const results = await Promise.all(
      hosts.map((host) => outbound.send({ method: 'GET', url: `http://${host}:${canaries.port}/` })),
    )
    for (const result of results) {
      const { durationMs, ...told } = result
      expect(told).toEqual({
        ok: false,
        failure: 'refused_address',
        message: 'The host has no public address, nor one that OUTBOUND_ALLOW opens',
      })
      expect(durationMs).toBeGreaterThanOrEqual(240)
    }
  })

  it('holds no host, address or port, nor what the system said', async () => {
    const port = await findFreePort()
    const outbound = createOutbound({ OUTBOUND_ALLOW: `127.0.0.1:${port}` }, names.server)
    const results = [
      await outbound.send({ method: 'GET', url: `http://127.0.0.1:${port}/secret` }),
      await outbound.send({ method: 'GET', url: `https://open.internal:${port}/secret` }),
      await outbound.send({ method: 'GET', url: `http://far.internal/secret` }),
    ]
    expect(results.map((result) => !result.ok && result.failure)).toEqual([
      'unreachable',
      'unreachable',
      'refused_address',
    ])
    for (const result of results) expect(JSON.stringify(result)).not.toMatch(/127|10\.|internal|secret|ECONN|errno/)
  })
})
