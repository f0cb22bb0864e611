import { type JobInfo, type JobState, jobStates } from '@holdfast/contract'
import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { IconRefresh, IconStack2 } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { Confirm } from '../ui/confirm'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { AnchorLink } from '../ui/links'
import { notify } from '../ui/notify'
import { Page } from '../ui/page'
import { PageList } from '../ui/page-list'
import { TimeAgo } from '../ui/time-ago'
import { JobBadge } from './job-badge'
import { JobDrawer } from './job-drawer'
import { JobTabs } from './job-tabs'
import { jobsQuery, retryFailed, schedulesQuery } from './queries'

/** The work the server does by itself. */
export function JobsPage() {
  const { state, kind, job } = useSearch({ from: '/shell/jobs' })
  const navigate = useNavigate({ from: '/jobs' })
  const list = useInfiniteQuery(jobsQuery(state, kind))
  const { data: schedules = [] } = useQuery(schedulesQuery)
  const jobs = list.data?.pages.flatMap(({ data }) => data) ?? []
  const kinds = [...new Set([...schedules, ...jobs].map(({ name }) => name).concat(kind ?? []))].toSorted()
  const isFiltered = state !== undefined || kind !== undefined
  return (
    <Page
      title="Jobs"
      description="The work the server does by itself. What failed for good is kept with its error."
      actions={<RetryFailed kind={kind} />}
    >
      <JobTabs />
      <Stack gap="sm">
        <Group gap="xs">
          <Select
            aria-label="State"
            placeholder="Any state"
            clearable
            w={150}
            value={state ?? null}
            data={[...jobStates]}
            onChange={(value) =>
              void navigate({
                search: ({ state: _, ...rest }) => (value ? { ...rest, state: value as JobState } : rest),
                replace: true,
              })
            }
          />
          <Select
            aria-label="Kind"
            placeholder="Any kind"
            clearable
            searchable
            w={240}
            value={kind ?? null}
            data={kinds}
            onChange={(value) =>
              void navigate({
                search: ({ kind: _, ...rest }) => (value ? { ...rest, kind: value } : rest),
                replace: true,
              })
            }
          />
        </Group>
        <PageList
          query={list}
          more="Show older"
          empty={
            <EmptyState icon={IconStack2} title={isFiltered ? 'No job is like this' : 'No jobs yet'}>
              {isFiltered
                ? 'Take the state or the kind away to see others.'
                : 'Mails, webhooks, clean-ups and the like appear here once there is something to do.'}
            </EmptyState>
          }
        >
          {(shown) => <JobTable jobs={shown} />}
        </PageList>
      </Stack>
      <JobDrawer id={job} onClose={() => void navigate({ search: ({ job: _, ...rest }) => rest, replace: true })} />
    </Page>
  )
}

const JobTable = ({ jobs }: { readonly jobs: readonly JobInfo[] }) => (
  <DataTable
    label="Jobs"
    rows={jobs}
    rowKey={({ id }) => id}
    columns={[
      {
        header: 'Kind',
        cell: ({ id, name }) => (
          <AnchorLink from="/jobs" to="/jobs" search={(search) => ({ ...search, job: id })} fw={550}>
            {name}
          </AnchorLink>
        ),
      },
      { header: 'State', width: 110, cell: ({ state }) => <JobBadge state={state} /> },
      {
        header: 'Error',
        cell: ({ error }) => (
          <Text lineClamp={1} style={{ overflowWrap: 'anywhere' }} c={error ? undefined : 'var(--hf-muted)'}>
            {error ?? '–'}
          </Text>
        ),
      },
      {
        header: 'Attempts',
        width: 90,
        right: true,
        cell: ({ attempts, maxAttempts }) => `${attempts} of ${maxAttempts}`,
      },
      { header: 'Due', width: 120, cell: ({ runAt }) => <TimeAgo at={runAt} /> },
      { header: 'Finished', width: 120, cell: ({ completedAt }) => <TimeAgo at={completedAt} /> },
    ]}
  />
)

function RetryFailed({ kind }: { readonly kind: string | undefined }) {
  const queries = useQueryClient()
  const [asks, setAsks] = useState(false)
  return (
    <>
      <Button variant="default" leftSection={<IconRefresh size={16} />} onClick={() => setAsks(true)}>
        Retry all failed
      </Button>
      <Confirm
        opened={asks}
        title="Retry all failed"
        label="Retry them"
        onClose={() => setAsks(false)}
        onConfirm={async () => {
          const count = await retryFailed(kind)
          await queries.invalidateQueries({ queryKey: ['jobs'] })
          notify(
            count === 0
              ? 'Nothing has failed'
              : count === 1
                ? 'One job is tried again'
                : `${count} jobs are tried again`,
          )
        }}
      >
        <Text>Every job {kind ? `of the kind ${kind} ` : ''}that failed for good is tried once more, now.</Text>
      </Confirm>
    </>
  )
}
