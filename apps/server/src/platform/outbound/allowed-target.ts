import { type IpNetwork, parseAddress, parseNetwork } from '../../lib/index.js'

/** One entry of `OUTBOUND_ALLOW`: a network or a host, and the port where only one is meant. */
export interface AllowedTarget {
  readonly network?: IpNetwork
  /** As URLs have it: lower case, punycode, no dot at the end. */
  readonly host?: string
  readonly port?: number
}

/** Ports from one to another, both included. */
export interface PortRange {
  readonly from: number
  readonly to: number
}

/** @throws Error whose message completes "OUTBOUND_ALLOW …" */
export function parseAllowedTarget(item: string): AllowedTarget {
  const target = item.includes('/') || parseAddress(item) ? parseNetworkEntry(item) : parseHostEntry(item)
  if (target !== undefined) return target
  throw new Error(`must list networks (10.0.0.0/8), hosts (name.internal) or host:port; "${item}" is none`)
}

/** @throws Error whose message completes "OUTBOUND_PORTS …" */
export function parsePortRange(item: string): PortRange {
  const [, from, to = from] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(item) ?? []
  const range = { from: Number(from), to: Number(to) }
  if (range.from >= 1 && range.from <= range.to && range.to <= 65_535) return range
  throw new Error(`must list ports from 1 to 65535 or ranges such as 8000-8999; "${item}" is none`)
}

function parseNetworkEntry(item: string): AllowedTarget | undefined {
  const network = parseNetwork(item)
  return network && { network }
}

function parseHostEntry(item: string): AllowedTarget | undefined {
  const [, name, portText] = /^([^\s@/?#\\:*]+|\[[0-9a-fA-F:.]+\])(?::(\d{1,5}))?$/.exec(item) ?? []
  if (name === undefined || !URL.canParse(`http://${name}`)) return undefined
  const port = portText === undefined ? undefined : parsePortRange(portText).from
  const host = plainHost(new URL(`http://${name}`))
  const address = parseAddress(host)
  return address === undefined ? { host, port } : { network: { address, bits: address.length * 8 }, port }
}

/** The host of a URL without the brackets of IPv6 and without the dot that ends a full name. */
export const plainHost = (url: URL): string => url.hostname.replace(/^\[|\]$|\.$/g, '')
