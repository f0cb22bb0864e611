import type { JobInfo } from '@holdfast/contract'
import { Alert, Button, Drawer, Group, Stack, Table, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../client/client'
import { Code } from '../ui/code'
import { notifyError } from '../ui/notify'
import { QueryState } from '../ui/query-state'
import { fullTime } from '../ui/time-ago'
import { JobBadge } from './job-badge'
import { jobQuery } from './queries'

/** One job: what it was given, and why it failed. */
export const JobDrawer = ({ id, onClose }: { readonly id: string | undefined; onClose(): void }) => (
  <Drawer opened={id !== undefined} onClose={onClose} title="Job" size="lg">
    {id !== undefined && <Job id={id} />}
  </Drawer>
)

function Job({ id }: { readonly id: string }) {
  const job = useQuery(jobQuery(id))
  return (
    <QueryState query={job}>
      {(known) => (
        <Stack gap="md">
          <Group gap="sm">
            <Text fw={600} size="lg">
              {known.name}
            </Text>
            <div role="status">
              <JobBadge state={known.state} />
            </div>
          </Group>
          <Actions job={known} />
          {known.error && (
            <Alert color="red" icon={<IconAlertTriangle size={18} />} title="Why the last attempt failed">
              <Text style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>{known.error}</Text>
            </Alert>
          )}
          <Times job={known} />
          <Title order={2}>What it was given</Title>
          {known.data ? (
            <Code code={JSON.stringify(known.data, null, 2)} label="What the job was given" maxHeight={360} />
          ) : (
            <Text c="var(--hf-muted)">This server does not know the kind, so it shows nothing of it.</Text>
          )}
        </Stack>
      )}
    </QueryState>
  )
}

const over = new Set(['completed', 'failed', 'cancelled'])

function Actions({ job: { id, state } }: { readonly job: JobInfo }) {
  const queries = useQueryClient()
  const options = { onSuccess: () => queries.invalidateQueries({ queryKey: ['jobs'] }), onError: notifyError }
  const retry = useMutation({ mutationFn: () => client.admin.jobs.retry(id), ...options })
  const cancel = useMutation({ mutationFn: () => client.admin.jobs.cancel(id), ...options })
  const canRetry = state !== 'running' && state !== 'completed'
  if (!canRetry && over.has(state)) return null
  return (
    <Group gap="xs">
      {canRetry && (
        <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
          {state === 'failed' || state === 'cancelled' ? 'Retry' : 'Run now'}
        </Button>
      )}
      {!over.has(state) && (
        <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
          Cancel the job
        </Button>
      )}
    </Group>
  )
}

function Times({ job }: { readonly job: JobInfo }) {
  const rows: readonly (readonly [string, string | null])[] = [
    ['Made', job.createdAt],
    ['Due', job.runAt],
    ['Last begun', job.startedAt],
    ['Finished', job.completedAt],
  ]
  return (
    <Table aria-label="When">
      <Table.Tbody>
        {rows.map(([label, at]) => (
          <Table.Tr key={label}>
            <Table.Th w={120} fw={500} c="var(--hf-muted)" scope="row">
              {label}
            </Table.Th>
            <Table.Td>{at ? fullTime(new Date(at)) : '–'}</Table.Td>
          </Table.Tr>
        ))}
        <Table.Tr>
          <Table.Th fw={500} c="var(--hf-muted)" scope="row">
            Attempts
          </Table.Th>
          <Table.Td>
            {job.attempts} of {job.maxAttempts}
          </Table.Td>
        </Table.Tr>
      </Table.Tbody>
    </Table>
  )
}
