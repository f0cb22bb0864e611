import type { MetricsPoint, MetricsSeries } from '@holdfast/contract'
import { Group, SegmentedControl, SimpleGrid, Stack, Text } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { EmptyState } from '../../ui/empty-state'
import { AnchorLink } from '../../ui/links'
import { QueryState } from '../../ui/query-state'
import { formatBytes, formatCount, formatMs } from '../format'
import { metricsQuery } from '../queries'
import { StatTile } from '../stat-tile'
import { ChartCard } from './chart-card'
import { type RangeName, rangeNames, ranges } from './ranges'

const route = getRouteApi('/shell/observe/')

/** How the server does, over time. */
export function OverviewPage() {
  const { range = '1h' } = route.useSearch()
  const navigate = route.useNavigate()
  const query = useQuery(metricsQuery(range))
  return (
    <Stack gap="md">
      <Group justify="space-between">
        <SegmentedControl
          aria-label="Span of time"
          size="xs"
          value={range}
          onChange={(value) => void navigate({ search: { range: value as RangeName } })}
          data={rangeNames.map((value) => ({ value, label: ranges[value].label }))}
        />
        <Text size="xs" c="var(--hf-muted)">
          All nodes together, in your time
        </Text>
      </Group>
      <QueryState query={query} rows={8}>
        {(series) => (series.since === null ? <NothingYet /> : <Charts series={series} range={range} />)}
      </QueryState>
    </Stack>
  )
}

const NothingYet = () => (
  <EmptyState icon={IconChartLine} title="Nothing was counted yet">
    Numbers are written down every minute. The first ones show within a minute of the first request.
  </EmptyState>
)

function Charts({
  series: { points, stepSeconds },
  range,
}: {
  readonly series: MetricsSeries
  readonly range: RangeName
}) {
  const sum = (pick: (point: MetricsPoint) => number) => points.reduce((total, point) => total + pick(point), 0)
  const requests = sum((point) => point.requests)
  const failed = sum((point) => point.serverErrors)
  const slowest = Math.max(...points.map(({ p95Ms }) => p95Ms ?? 0))
  const memory = points.findLast(({ memoryBytes }) => memoryBytes !== null)?.memoryBytes ?? null
  const notLogged = sum((point) => point.notLogged)
  const toData = (values: (point: MetricsPoint) => Record<string, number | null>) =>
    points.map((point) => ({ time: timeOf(point.at, range), ...values(point) }))
  return (
    <>
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
        <StatTile label="Requests" value={formatCount(requests)} />
        <StatTile
          label="Errors of the server"
          value={formatCount(failed)}
          {...(failed > 0 && { to: { to: '/observe/requests', search: { result: 5 } }, bad: true })}
        />
        <StatTile label="95 of 100 within, at worst" value={formatMs(requests > 0 ? slowest : null)} />
        <StatTile label="Memory" value={formatBytes(memory)} />
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <ChartCard
          title="Requests per second"
          data={toData((point) => {
            const rate = (count: number) => count / stepSeconds
            const of = (...kinds: (keyof MetricsPoint['classes'])[]) =>
              rate(kinds.reduce((total, kind) => total + (point.classes[kind]?.requests ?? 0), 0))
            return {
              Reads: of('read'),
              Writes: of('write'),
              'Sign-in': of('auth'),
              Admin: of('admin'),
              Other: of('realtime', 'other'),
            }
          })}
          series={[
            { name: 'Reads', color: 'teal.6' },
            { name: 'Writes', color: 'blue.6' },
            { name: 'Sign-in', color: 'violet.6' },
            { name: 'Admin', color: 'orange.6' },
            { name: 'Other', color: 'gray.6' },
          ]}
          stacked
          format={formatCount}
        />
        <ChartCard
          title="Time to answer"
          data={toData(({ p50Ms, p95Ms, p99Ms }) => ({ Median: p50Ms, '95 of 100': p95Ms, '99 of 100': p99Ms }))}
          series={[
            { name: 'Median', color: 'teal.6' },
            { name: '95 of 100', color: 'blue.6' },
            { name: '99 of 100', color: 'orange.6' },
          ]}
          format={formatMs}
        />
        <ChartCard
          title="Requests that failed"
          data={toData(({ clientErrors, serverErrors }) => ({
            'By the caller (4xx)': clientErrors,
            'By the server (5xx)': serverErrors,
          }))}
          series={[
            { name: 'By the caller (4xx)', color: 'yellow.6' },
            { name: 'By the server (5xx)', color: 'red.6' },
          ]}
          format={formatCount}
        />
        <ChartCard
          title="Delay of the event loop"
          data={toData(({ eventLoopDelayMs }) => ({ 'Worst node, 99 of 100': eventLoopDelayMs }))}
          series={[{ name: 'Worst node, 99 of 100', color: 'violet.6' }]}
          format={formatMs}
        />
        <ChartCard
          title="Memory"
          data={toData(({ memoryBytes }) => ({ 'All processes': memoryBytes }))}
          series={[{ name: 'All processes', color: 'blue.6' }]}
          format={formatBytes}
        />
        <ChartCard
          title="Connections"
          data={toData(({ connections, databaseBusy, databaseWaiting }) => ({
            Realtime: connections,
            'Database, busy': databaseBusy,
            'Waiting for one': databaseWaiting,
          }))}
          series={[
            { name: 'Realtime', color: 'teal.6' },
            { name: 'Database, busy', color: 'blue.6' },
            { name: 'Waiting for one', color: 'red.6' },
          ]}
          format={formatCount}
        />
      </SimpleGrid>
      {notLogged > 0 && (
        <Text size="sm" c="var(--hf-muted)">
          {formatCount(notLogged)} requests of this time are counted here and not in the log of requests, which keeps a
          part of them when there are many.{' '}
          <AnchorLink underline="always" to="/settings/$section" params={{ section: 'observe.requests' }}>
            Change how many it keeps
          </AnchorLink>
        </Text>
      )}
    </>
  )
}

const hours = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' })
const days = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

const timeOf = (at: string, range: RangeName): string => (ranges[range].hours > 1 ? days : hours).format(new Date(at))
