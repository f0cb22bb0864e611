import { Text } from '@mantine/core'
import { IconClock } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { AnchorLink } from '../ui/links'
import { Page } from '../ui/page'
import { QueryState } from '../ui/query-state'
import { fullTime } from '../ui/time-ago'
import { JobTabs } from './job-tabs'
import { schedulesQuery } from './queries'

/** What is begun by the clock. */
export function SchedulesPage() {
  const schedules = useQuery(schedulesQuery)
  return (
    <Page title="Jobs" description="What the server begins by the clock.">
      <JobTabs />
      <QueryState query={schedules}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={IconClock} title="Nothing is scheduled" />
          ) : (
            <DataTable
              label="Schedules"
              rows={all}
              rowKey={({ name }) => name}
              columns={[
                {
                  header: 'Kind',
                  cell: ({ name }) => (
                    <AnchorLink to="/jobs" search={{ kind: name }} fw={550}>
                      {name}
                    </AnchorLink>
                  ),
                },
                { header: 'Schedule', cell: ({ cron }) => <Text ff="monospace">{cron}</Text> },
                { header: 'Time zone', cell: ({ timezone }) => timezone },
                { header: 'Next', cell: ({ nextRunAt }) => (nextRunAt ? fullTime(new Date(nextRunAt)) : '–') },
              ]}
            />
          )
        }
      </QueryState>
    </Page>
  )
}
