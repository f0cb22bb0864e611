import { describe, expect, it } from 'vitest'
import { parseAllowedTarget, parsePortRange } from './allowed-target.js'

const network = (bits: number, ...address: number[]) => ({ address: Uint8Array.from(address), bits })

describe('parseAllowedTarget', () => {
  it.each([
    ['10.0.0.0/8', { network: network(8, 10, 0, 0, 0) }],
    ['10.1.2.3', { network: network(32, 10, 1, 2, 3) }],
    ['10.1.2.3:8080', { network: network(32, 10, 1, 2, 3), port: 8080 }],
    ['[::1]:8080', { network: network(128, ...new Array(15).fill(0), 1), port: 8080 }],
    ['::1', { network: network(128, ...new Array(15).fill(0), 1) }],
    ['hooks.internal', { host: 'hooks.internal', port: undefined }],
    ['Hooks.Internal.:80', { host: 'hooks.internal', port: 80 }],
    ['bücher.example:443', { host: 'xn--bcher-kva.example', port: 443 }],
  ])('reads %s', (item, target) => {
    expect(parseAllowedTarget(item)).toEqual(target)
  })

  it.each([
    '10.0.0.0/33',
    'http://host',
    'user@host',
    'host:0',
    'host:70000',
    'host:',
    'a b',
    '*',
    'host?x',
    '[::1',
    '*.internal/',
  ])('refuses %s', (item) => {
    expect(() => parseAllowedTarget(item)).toThrow(/must list/)
  })
})

describe('parsePortRange', () => {
  it('reads ports and ranges', () => {
    expect([parsePortRange('443'), parsePortRange('8000-8999')]).toEqual([
      { from: 443, to: 443 },
      { from: 8000, to: 8999 },
    ])
  })

  it.each(['0', '65536', '90-80', '80-', '-80', 'http', '80 '])('refuses %s', (item) => {
    expect(() => parsePortRange(item)).toThrow(/must list ports/)
  })
})
