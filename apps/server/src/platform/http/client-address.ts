import { type IpNetwork, isInNetwork, parseAddress, parseNetwork } from '../../lib/index.js'

/**
 * The address of whoever sent a request: that of the connection, or what proxies tell of whom they pass on, as far as each
 * of them is trusted. What an untrusted one writes into the header counts for nothing.
 */
export function clientAddress({ socket, headers }: Peer, trusted: readonly IpNetwork[]): string {
  const told = headers['x-forwarded-for']
  const others = told === undefined ? [] : String(told).split(',').reverse()
  let address = socket.remoteAddress ?? ''
  for (const other of others) {
    const parsed = parseAddress(address)
    if (parsed === undefined || !trusted.some((network) => isInNetwork(parsed, network))) return address
    address = other.trim()
  }
  return address
}

interface Peer {
  readonly headers: { readonly 'x-forwarded-for'?: string | string[] | undefined }
  readonly socket: { readonly remoteAddress?: string | undefined }
}

export const listTrusted = (proxies: readonly string[]): readonly IpNetwork[] =>
  proxies.flatMap((proxy) => parseNetwork(proxy) ?? [])
