const minute = 60
const hour = 60 * minute

/** How long after the attempt before each one is made. */
const delaysSeconds = [0, 5, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour]

/** A receiver may ask to be left alone, but not for ever. */
const longestRetryAfterSeconds = 24 * hour

/**
 * Seconds until the next attempt after so many that failed; undefined when that was the last. A tenth more or less, so
 * that receivers are not called by all at once. `retryAfter` is the header of the answer, which can only make it later.
 */
export function nextAttemptSeconds(
  tries: number,
  retryAfter: string | undefined,
  nowMs: number,
  random: () => number = Math.random,
): number | undefined {
  const delay = delaysSeconds[tries]
  if (delay === undefined) return undefined
  const jittered = delay * (0.9 + 0.2 * random())
  return Math.max(jittered, parseRetryAfter(retryAfter, nowMs) ?? 0)
}

/** Seconds, or a date (RFC 9110, 10.2.3). */
function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  if (value === undefined) return undefined
  const seconds = /^\d{1,10}$/.test(value.trim()) ? Number(value) : (Date.parse(value) - nowMs) / 1000
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), longestRetryAfterSeconds) : undefined
}
