/** How long to wait before each next attempt: doubling from the first on, or one wait after the other. */
export type Backoff = { readonly firstSeconds: number; readonly maxSeconds: number } | readonly [number, ...number[]]

/** Waits are up to this part longer, so that what failed together is not tried again together. */
const jitter = 0.2

/** The wait after failed attempt number `attempt`, which is 1 for the first. Past the end of a list its last wait is repeated. */
export function retryDelaySeconds(backoff: Backoff, attempt: number, random: number = Math.random()): number {
  const seconds =
    'firstSeconds' in backoff
      ? Math.min(backoff.maxSeconds, backoff.firstSeconds * 2 ** Math.min(attempt - 1, 30))
      : backoff[Math.min(attempt, backoff.length) - 1]!
  return seconds * (1 + jitter * random)
}
