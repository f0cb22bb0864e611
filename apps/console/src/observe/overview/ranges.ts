/** Spans of time that charts show, with their steps and how often they are asked for again. */
export const ranges = {
  '1h': { label: '1 hour', hours: 1, stepSeconds: 60, everyMs: 10_000 },
  '24h': { label: '24 hours', hours: 24, stepSeconds: 900, everyMs: 60_000 },
  '7d': { label: '7 days', hours: 168, stepSeconds: 3600, everyMs: 300_000 },
  '30d': { label: '30 days', hours: 720, stepSeconds: 14_400, everyMs: 300_000 },
} as const

export type RangeName = keyof typeof ranges

export const rangeNames = Object.keys(ranges) as RangeName[]

export const parseRangeSearch = ({ range }: Record<string, unknown>): { range?: RangeName } => {
  const known = rangeNames.find((name) => name === range)
  return known ? { range: known } : {}
}
