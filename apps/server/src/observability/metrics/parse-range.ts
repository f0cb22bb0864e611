import { invalidAt } from '../../lib/index.js'

export interface Range {
  readonly from: Date
  readonly to: Date
  readonly stepSeconds: number
}

const hourMs = 3_600_000
const mostPoints = 1500

/** Steps of charts, in seconds. */
const steps = [60, 300, 900, 3600, 4 * 3600, 24 * 3600]

/** A span of time and its steps: the last hour by the minute where nothing is said. @throws invalid_query */
export function parseRange(raw: Readonly<Record<string, unknown>>, defaultMs = hourMs): Range {
  const unknown = Object.keys(raw).find((name) => !['from', 'to', 'step'].includes(name))
  if (unknown !== undefined) throw invalidAt('invalid_query', unknown, 'This takes from, to and step')
  const to = raw['to'] === undefined ? new Date() : parseTime('to', raw['to'])
  const from = raw['from'] === undefined ? new Date(to.getTime() - defaultMs) : parseTime('from', raw['from'])
  const seconds = (to.getTime() - from.getTime()) / 1000
  if (seconds <= 0) throw invalidAt('invalid_query', 'to', 'to must be later than from')
  if (seconds > 400 * 24 * 3600) throw invalidAt('invalid_query', 'from', 'from must be within 400 days of to')
  const stepSeconds = raw['step'] === undefined ? stepFor(seconds) : parseStep(raw['step'])
  if (seconds / stepSeconds > mostPoints)
    throw invalidAt('invalid_query', 'step', `These would be more than ${mostPoints} points: make step larger`)
  return { from, to, stepSeconds }
}

/** Some hundred points, whatever the span. */
const stepFor = (seconds: number): number => steps.find((step) => seconds / step <= 200) ?? steps.at(-1)!

function parseTime(name: string, value: unknown): Date {
  const time = typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? new Date(value) : undefined
  if (time === undefined || Number.isNaN(time.getTime()))
    throw invalidAt('invalid_query', name, `${name} must be a time such as 2026-01-31T12:00:00Z`)
  return time
}

function parseStep(value: unknown): number {
  const step = typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : 0
  if (step >= 60 && step % 60 === 0) return step
  throw invalidAt('invalid_query', 'step', 'step must be a number of seconds, a whole number of minutes')
}
