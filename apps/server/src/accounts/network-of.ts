import { isIPv6 } from 'node:net'

/**
 * The network an address stands for when attempts are counted: an IPv4 address itself, also when it comes mapped into
 * IPv6; of an IPv6 address the /64, since whoever has one address of it has all of them.
 */
export function networkOf(address: string): string {
  if (!isIPv6(address)) return address
  const groups = expandIPv6(address)
  if (isMappedIPv4(groups)) return toIPv4(groups[6]!, groups[7]!)
  return `${groups.slice(0, 4).map(toHex).join(':')}::/64`
}

function expandIPv6(address: string): number[] {
  const [head, tail] = dropZone(address).split('::')
  const before = parseGroups(head!)
  if (tail === undefined) return before
  const after = parseGroups(tail)
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after]
}

const dropZone = (address: string): string => address.split('%')[0]!

const parseGroups = (text: string): number[] => (text === '' ? [] : text.split(':').flatMap(parseGroup))

function parseGroup(group: string): number[] {
  if (!group.includes('.')) return [Number.parseInt(group, 16)]
  const [a, b, c, d] = group.split('.').map(Number) as [number, number, number, number]
  return [a * 256 + b, c * 256 + d]
}

const isMappedIPv4 = (groups: number[]): boolean =>
  groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff

const toIPv4 = (high: number, low: number): string => [high >> 8, high & 255, low >> 8, low & 255].join('.')

const toHex = (group: number): string => group.toString(16)
