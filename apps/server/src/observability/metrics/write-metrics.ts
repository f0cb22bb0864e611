import type { Database } from '../../platform/db/index.js'
import { type Meters, writeLabels } from '../../platform/meters/index.js'
import type { Metrics } from './metrics.js'
import { boundsMs } from './route-stats.js'

/** The text of `/metrics`, as Prometheus and OpenTelemetry collectors read it. Labels hold words of ours, never what strangers send. */
export function writeMetrics({ requests, process: node }: Metrics, meters: Meters, db: Database): string {
  const routes = requests.all()
  const { open, busy, waiting, most } = db.connections
  const cpu = process.cpuUsage()
  const { heapUsed, external } = process.memoryUsage()
  const gauge = (name: string, help: string, value: number) => family(name, help, 'gauge', [[name, '', value]])
  return [
    family(
      'holdfast_http_requests_total',
      'Answered requests.',
      'counter',
      routes.flatMap(({ method, route = 'none', statuses }) =>
        [...statuses].flatMap((count, digit): Sample[] =>
          count > 0
            ? [['holdfast_http_requests_total', writeLabels({ method, route, status: `${digit}xx` }), count]]
            : [],
        ),
      ),
    ),
    family(
      'holdfast_http_request_duration_seconds',
      'Time until the head of the answer.',
      'histogram',
      routes.flatMap(({ method, route = 'none', buckets, sumMs }) => toHistogram({ method, route }, buckets, sumMs)),
    ),
    ...writeCounters(meters),
    ...meters.gauges.map(({ name, help, read }) => gauge(`holdfast_${name}`, help, read())),
    gauge('holdfast_database_connections', 'Connections to PostgreSQL of this process.', open),
    gauge('holdfast_database_connections_busy', 'Connections that do something.', busy),
    gauge('holdfast_database_connections_max', 'Connections there may be.', most),
    gauge('holdfast_database_waiting', 'Statements that wait for a connection.', waiting),
    gauge(
      'nodejs_eventloop_delay_p99_seconds',
      'How late the event loop was in this minute.',
      node.eventLoopDelayMs / 1000,
    ),
    gauge('nodejs_heap_used_bytes', 'Memory of JavaScript.', heapUsed),
    gauge('nodejs_external_bytes', 'Memory of buffers.', external),
    gauge('process_resident_memory_bytes', 'Memory of the process.', node.memoryBytes),
    family('process_cpu_seconds_total', 'CPU time of the process.', 'counter', [
      ['process_cpu_seconds_total', '', (cpu.user + cpu.system) / 1e6],
    ]),
    gauge('process_start_time_seconds', 'When the process began.', Math.round(Date.now() / 1000 - process.uptime())),
    '',
  ].join('\n')
}

type Sample = readonly [name: string, labels: string, value: number]

const family = (name: string, help: string, type: string, samples: readonly Sample[]): string =>
  [
    `# HELP ${name} ${help}`,
    `# TYPE ${name} ${type}`,
    ...samples.map(([own, labels, value]) => `${own}${labels} ${value}`),
  ].join('\n')

function toHistogram(labels: Record<string, string>, buckets: Float64Array, sumMs: number): Sample[] {
  const name = 'holdfast_http_request_duration_seconds'
  let count = 0
  const bounded = [...boundsMs.map((ms) => String(ms / 1000)), '+Inf'].map((le, at): Sample => {
    count += buckets[at]!
    return [`${name}_bucket`, writeLabels({ ...labels, le }), count]
  })
  return [...bounded, [`${name}_sum`, writeLabels(labels), sumMs / 1000], [`${name}_count`, writeLabels(labels), count]]
}

function writeCounters({ counters }: Meters): string[] {
  const names = new Set([...counters.values()].map(({ name }) => name))
  return [...names].map((name) => {
    const own = [...counters.values()].filter((counted) => counted.name === name)
    return family(
      `holdfast_${name}`,
      own[0]!.help,
      'counter',
      own.map(({ labels, value }) => [`holdfast_${name}`, labels, value]),
    )
  })
}
