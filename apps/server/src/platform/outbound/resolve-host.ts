import { lookup, Resolver } from 'node:dns/promises'

/** Finds all addresses of a name; none when it has none or nobody can say. */
export type ResolveHost = (host: string, signal: AbortSignal) => Promise<readonly string[]>

/**
 * Asks DNS alone, not the files of this machine, and ends when told to: a name server that does not answer holds none of
 * the few threads that files and passwords need too.
 */
export const resolveByDns =
  (servers?: readonly string[]): ResolveHost =>
  async (host, signal) => {
    const resolver = new Resolver({ timeout: 3000, tries: 2 })
    if (servers !== undefined) resolver.setServers(servers)
    const cancel = () => resolver.cancel()
    signal.addEventListener('abort', cancel, { once: true })
    try {
      const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)])
      return answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []))
    } finally {
      signal.removeEventListener('abort', cancel)
    }
  }

/**
 * The way other programs of this machine find names, for names the operator trusts. The search itself cannot be ended
 * early, only not waited for.
 */
export const resolveBySystem: ResolveHost = async (host, signal) => {
  const ended = new Promise<never[]>((resolve) => signal.addEventListener('abort', () => resolve([]), { once: true }))
  const found = await Promise.race([lookup(host, { all: true }).catch(() => []), ended])
  return found.map(({ address }) => address)
}
