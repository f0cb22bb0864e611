import { describe, expect, it } from 'vitest'
import { clientAddress, listTrusted } from './client-address.js'

const of = (remoteAddress: string, forwarded: string | undefined, proxies: readonly string[] = []) =>
  clientAddress(
    { socket: { remoteAddress }, headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded } },
    listTrusted(proxies),
  )

describe('clientAddress', () => {
  it('is that of the connection, whatever the header says, unless the proxy is trusted', () => {
    expect(of('203.0.113.9', '127.0.0.1')).toBe('203.0.113.9')
    expect(of('203.0.113.9', '127.0.0.1', ['10.0.0.0/8'])).toBe('203.0.113.9')
  })

  it('is the last one that no trusted proxy has', () => {
    const proxies = ['10.0.0.0/8']
    expect(of('10.0.0.2', '198.51.100.7', proxies)).toBe('198.51.100.7')
    expect(of('10.0.0.2', '127.0.0.1, 198.51.100.7', proxies)).toBe('198.51.100.7')
    expect(of('10.0.0.2', '127.0.0.1, 198.51.100.7, 10.9.9.9', proxies)).toBe('198.51.100.7')
    expect(of('::ffff:10.0.0.2', '198.51.100.7', proxies)).toBe('198.51.100.7')
    expect(of('10.0.0.2', undefined, proxies)).toBe('10.0.0.2')
  })

  it('stops at what is no address', () => {
    expect(of('10.0.0.2', '198.51.100.7, unknown', ['10.0.0.0/8'])).toBe('unknown')
  })
})
