import { parseConfig } from '../../../src/platform/config/index.js'
import { createLog } from '../../../src/platform/log/index.js'
import { OutboundHttp } from '../../../src/platform/outbound/index.js'
import { resolveByDns } from '../../../src/platform/outbound/resolve-host.js'

/** The module as the server makes it, from its settings, finding names at a DNS server of the test's. */
export function createOutbound(env: Readonly<Record<string, string>>, nameServer?: string): OutboundHttp {
  const { log } = createLog({ logLevel: 'silent' })
  return new OutboundHttp(parseConfig(env), log, nameServer === undefined ? undefined : resolveByDns([nameServer]))
}
