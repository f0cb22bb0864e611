import { type FailureCode, OutboundError } from './outbound-request.js'

/**
 * Does the work and tells it to end when the time is over or the caller wants it to.
 * @throws OutboundError `late` when the time was over, `aborted` when the caller did not want to wait
 */
export async function within<T>(
  limit: { readonly timeoutMs: number; readonly late: FailureCode; readonly caller: AbortSignal | undefined },
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const clock = new AbortController()
  const timer = setTimeout(() => clock.abort(), limit.timeoutMs)
  const leave = () => clock.abort()
  limit.caller?.addEventListener('abort', leave, { once: true })
  try {
    if (limit.caller?.aborted) throw new OutboundError('aborted')
    return await work(clock.signal)
  } catch (cause) {
    if (limit.caller?.aborted) throw new OutboundError('aborted', { cause })
    throw clock.signal.aborted ? new OutboundError(limit.late, { cause }) : cause
  } finally {
    clearTimeout(timer)
    limit.caller?.removeEventListener('abort', leave)
  }
}
