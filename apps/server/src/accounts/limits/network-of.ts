import { type IpAddress, parseAddress } from '../../lib/index.js'

/**
 * The network an address stands for when attempts are counted: an IPv4 address itself, also when it comes mapped into
 * IPv6; of an IPv6 address the /64, since whoever has one address of it has all of them.
 */
export function networkOf(text: string): string {
  const address = parseAddress(dropZone(text))
  if (address === undefined) return text
  return address.length === 4 ? address.join('.') : `${toGroups(address.subarray(0, 8)).join(':')}::/64`
}

const dropZone = (text: string): string => text.split('%')[0]!

const toGroups = (bytes: IpAddress): string[] =>
  Array.from({ length: bytes.length / 2 }, (_, index) => (bytes[2 * index]! * 256 + bytes[2 * index + 1]!).toString(16))
