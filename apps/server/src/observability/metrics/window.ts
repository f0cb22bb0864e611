import { type MetricsPoint, type RequestClass, requestClasses } from '@holdfast/contract'
import { addSparse, bucketCount, percentile } from './latency.js'

/** Requests, client errors, server errors, times. */
export type ClassNumbers = [number, number, number, number[]]

/** What one node, or all, counted in a minute or an hour: how a row of `holdfast.metrics` is stored. */
export interface Window {
  readonly classes: Partial<Record<RequestClass, ClassNumbers>>
  /** At the end of the minute. */
  readonly gauges: Readonly<Record<string, number>>
  /** What was counted in it. */
  readonly counts: Readonly<Record<string, number>>
}

export interface StoredWindow extends Window {
  readonly at: string
}

/** Gauges of which the worst node counts; the others are added up. */
const worst = new Set(['eventLoopDelayMs'])

/** Puts windows together: nodes of one minute, minutes of one hour, whatever falls into a step of a chart. */
export function mergeWindows(windows: readonly StoredWindow[]): Window {
  const classes: Partial<Record<RequestClass, ClassNumbers>> = {}
  for (const name of requestClasses) {
    const found = windows.flatMap(({ classes: { [name]: numbers } }) => (numbers ? [numbers] : []))
    if (found.length === 0) continue
    const times: number[] = []
    for (const [, , , sparse] of found) addSparse(times, sparse)
    const sum = (at: 0 | 1 | 2) => found.reduce((total, numbers) => total + numbers[at], 0)
    classes[name] = [sum(0), sum(1), sum(2), times.flatMap((count, bucket) => (count > 0 ? [bucket, count] : []))]
  }
  const counts: Record<string, number> = {}
  for (const window of windows)
    for (const [name, count] of Object.entries(window.counts)) counts[name] = (counts[name] ?? 0) + count
  return { classes, counts, gauges: mergeGauges(windows) }
}

/** Nodes are added up, and times averaged; of what the worst node decides, the largest. */
function mergeGauges(windows: readonly StoredWindow[]): Record<string, number> {
  const times = new Set(windows.map(({ at }) => at)).size
  const gauges: Record<string, number> = {}
  for (const window of windows)
    for (const [name, value] of Object.entries(window.gauges))
      gauges[name] = worst.has(name) ? Math.max(gauges[name] ?? 0, value) : (gauges[name] ?? 0) + value / times
  return gauges
}

/** As the console shows it. */
export function toPoint(at: Date, { classes, gauges, counts }: Window): MetricsPoint {
  const all = new Uint32Array(bucketCount)
  const point: MetricsPoint = {
    at: at.toISOString(),
    ...{ requests: 0, clientErrors: 0, serverErrors: 0, p50Ms: null, p95Ms: null, p99Ms: null, classes: {} },
    eventLoopDelayMs: rounded(gauges['eventLoopDelayMs']),
    memoryBytes: gauges['memoryBytes'] === undefined ? null : Math.round(gauges['memoryBytes']),
    databaseBusy: rounded(gauges['databaseBusy']),
    databaseWaiting: rounded(gauges['databaseWaiting']),
    connections: rounded(gauges['connections']),
    jobsDone: counts['jobsDone'] ?? 0,
    jobsFailed: counts['jobsFailed'] ?? 0,
    mailsSent: counts['mailsSent'] ?? 0,
    mailsFailed: counts['mailsFailed'] ?? 0,
    notLogged: counts['notLogged'] ?? 0,
  }
  for (const name of requestClasses) {
    const [requests, clientErrors, serverErrors, sparse] = classes[name] ?? [0, 0, 0, []]
    if (requests === 0) continue
    const own = new Uint32Array(bucketCount)
    addSparse(own, sparse)
    addSparse(all, sparse)
    point.requests += requests
    point.clientErrors += clientErrors
    point.serverErrors += serverErrors
    point.classes[name] = { requests, errors: clientErrors + serverErrors, p95Ms: rounded(percentile(own, 0.95))! }
  }
  point.p50Ms = rounded(percentile(all, 0.5))
  point.p95Ms = rounded(percentile(all, 0.95))
  point.p99Ms = rounded(percentile(all, 0.99))
  return point
}

const rounded = (value: number | undefined): number | null =>
  value === undefined ? null : Math.round(value * 100) / 100
