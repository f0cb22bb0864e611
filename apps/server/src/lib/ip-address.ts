import { isIP } from 'node:net'

/**
 * An address as its bytes: 4 of IPv4, 16 of IPv6. Every way of writing an address gives the same bytes, and an IPv4
 * address mapped into IPv6 is the IPv4 address.
 */
export type IpAddress = Uint8Array

/** The addresses that share their first bits. */
export interface IpNetwork {
  readonly address: IpAddress
  readonly bits: number
}

/** An address as systems print it. Zones (`fe80::1%eth0`), short forms (`127.1`) and brackets are no addresses here. */
export function parseAddress(text: string): IpAddress | undefined {
  switch (isIP(text)) {
    case 4:
      return Uint8Array.from(text.split('.'), Number)
    case 6:
      return text.includes('%') ? undefined : unmap(parseIPv6(text))
    default:
      return undefined
  }
}

/** `10.0.0.0/8`, `fd00::/8`, or one address alone. */
export function parseNetwork(text: string): IpNetwork | undefined {
  const [start = '', bits, ...rest] = text.split('/')
  const address = parseAddress(start)
  if (address === undefined || rest.length > 0) return undefined
  const all = address.length * 8
  // The bits of a mapped network count from another start than those of the IPv4 network it would become.
  if (bits !== undefined && (!/^\d{1,3}$/.test(bits) || Number(bits) > all || isMappedText(start))) return undefined
  return { address, bits: bits === undefined ? all : Number(bits) }
}

export function isInNetwork(address: IpAddress, { address: start, bits }: IpNetwork): boolean {
  if (address.length !== start.length) return false
  const whole = bits >> 3
  for (let index = 0; index < whole; index++) if (address[index] !== start[index]) return false
  const shift = 8 - (bits & 7)
  return shift === 8 || address[whole]! >> shift === start[whole]! >> shift
}

/** The URL parser knows every way of writing IPv6, and gives back hexadecimal groups with at most one `::`. */
function parseIPv6(text: string): IpAddress {
  const [head = '', tail] = new URL(`http://[${text}]`).hostname.slice(1, -1).split('::')
  const before = toGroups(head)
  const after = tail === undefined ? [] : toGroups(tail)
  const groups = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 255]))
}

const toGroups = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16))

const mapped: IpNetwork = { address: parseIPv6('::ffff:0:0'), bits: 96 }

const unmap = (address: IpAddress): IpAddress => (isInNetwork(address, mapped) ? address.slice(12) : address)

const isMappedText = (text: string): boolean => isIP(text) === 6 && parseAddress(text)?.length === 4
