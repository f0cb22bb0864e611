/** How many messages a socket may send, as a bucket that fills by time. */
export interface MessageRate {
  tokens: number
  filledAtMs: number
}

const perSecond = 100
const burst = 200
/** Messages beyond the rate that are refused one by one; who goes on is not listening. */
const patience = 1000

export const newMessageRate = (nowMs: number): MessageRate => ({ tokens: burst, filledAtMs: nowMs })

/** Counts one message. `refused`: it is beyond the rate; `flood`: so many were that the socket should be closed. */
export function countMessage(rate: MessageRate, nowMs: number): 'taken' | 'refused' | 'flood' {
  const filled = rate.tokens + (Math.max(0, nowMs - rate.filledAtMs) * perSecond) / 1000
  rate.tokens = Math.min(burst, filled) - 1
  rate.filledAtMs = nowMs
  if (rate.tokens >= 0) return 'taken'
  return rate.tokens > -patience ? 'refused' : 'flood'
}
