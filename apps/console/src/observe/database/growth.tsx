import { Alert } from '@mantine/core'
import { IconChartLine } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { QueryState } from '../../ui/query-state'
import { formatBytes } from '../format'
import { ChartCard } from '../overview/chart-card'
import { growthQuery } from '../queries'

const colors = ['teal.6', 'blue.6', 'violet.6', 'orange.6']
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' })

/** The size over the last 30 days: of all, and of the largest collections. */
export function Growth() {
  const query = useQuery(growthQuery)
  return (
    <QueryState query={query}>
      {(samples) => {
        if (samples.length < 2)
          return (
            <Alert variant="default" icon={<IconChartLine size={18} />} title="Growth shows in an hour">
              The size is noted every hour. With the second note, a line shows here.
            </Alert>
          )
        const last = samples.at(-1)!
        const largest = Object.entries(last.tables)
          .toSorted(([, a], [, b]) => b - a)
          .slice(0, colors.length)
          .map(([name]) => name)
        return (
          <ChartCard
            title="Growth"
            value={`${formatBytes(last.bytes - samples[0]!.bytes)} since ${day.format(new Date(samples[0]!.at))}`}
            data={samples.map(({ at, bytes, tables }) => ({
              ...Object.fromEntries(largest.map((name) => [name, tables[name] ?? null])),
              'The whole database': bytes,
              time: day.format(new Date(at)),
            }))}
            series={[
              { name: 'The whole database', color: 'gray.6' },
              ...largest.map((name, at) => ({ name, color: colors[at]! })),
            ]}
            format={formatBytes}
          />
        )
      }}
    </QueryState>
  )
}
