import { type IpAddress, type IpNetwork, isInNetwork, parseNetwork } from '../../lib/index.js'

const networks = (...texts: string[]): readonly IpNetwork[] => texts.map((text) => parseNetwork(text)!)
const isInAny = (address: IpAddress, list: readonly IpNetwork[]) =>
  list.some((network) => isInNetwork(address, network))

/** What is not for the public inside the unicast range 1.0.0.0 to 223.255.255.255 (IANA special-purpose registry, RFC 6890). */
const specialIPv4 = networks(
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Azure answers instances with their secrets at this address, public as it looks.
  '168.63.129.16',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
)

const globalIPv6 = networks('2000::/3')

/** What is not for the public inside 2000::/3: protocol assignments (ORCHID, benchmarking, AMT …), documentation. */
const specialIPv6 = networks('2001::/23', '2001:db8::/32', '3fff::/20')

/** Ranges of IPv6 that lead to IPv4 addresses, and where in the sixteen bytes those stand. */
const translations: readonly { readonly network: IpNetwork; embedded(address: IpAddress): readonly IpAddress[] }[] = [
  { network: parseNetwork('64:ff9b::/96')!, embedded: (nat64) => [nat64.slice(12)] },
  { network: parseNetwork('2002::/16')!, embedded: (sixToFour) => [sixToFour.slice(2, 6)] },
  {
    network: parseNetwork('2001::/32')!,
    embedded: (teredo) => [teredo.slice(4, 8), teredo.slice(12).map((byte) => byte ^ 255)],
  },
]

/**
 * Whether an address is one of a public host. A positive list: what is not known to be public unicast is not public,
 * whatever it is for. Addresses that stand for IPv4 addresses are as public as those.
 */
export function isPublicAddress(address: IpAddress): boolean {
  if (address.length === 4) return address[0]! >= 1 && address[0]! <= 223 && !isInAny(address, specialIPv4)
  const translation = translations.find(({ network }) => isInNetwork(address, network))
  if (translation !== undefined) return translation.embedded(address).every(isPublicAddress)
  return isInAny(address, globalIPv6) && !isInAny(address, specialIPv6)
}
