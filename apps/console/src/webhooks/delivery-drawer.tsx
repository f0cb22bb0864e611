import type { DeliveryAttempt, Webhook, WebhookDelivery } from '@holdfast/contract'
import { Button, Drawer, Group, Paper, Stack, Text, Title } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { client } from '../client/client'
import { Code } from '../ui/code'
import { AnchorLink } from '../ui/links'
import { notifyError } from '../ui/notify'
import { QueryState } from '../ui/query-state'
import { fullTime, TimeAgo } from '../ui/time-ago'
import { deliveryQuery } from './queries'
import { DeliveryBadge } from './webhook-state'

interface DeliveryDrawerProps {
  readonly webhook: Webhook
  readonly id: string | undefined
  onClose(): void
}

/** One delivery: what was sent, and what came back each time. */
export const DeliveryDrawer = ({ webhook, id, onClose }: DeliveryDrawerProps) => (
  <Drawer opened={id !== undefined} onClose={onClose} title="Delivery" size="lg">
    {id !== undefined && <Delivery webhook={webhook} id={id} />}
  </Drawer>
)

function Delivery({ webhook, id }: { readonly webhook: Webhook; readonly id: string }) {
  const delivery = useQuery(deliveryQuery(webhook.id, id))
  return (
    <QueryState query={delivery}>
      {(known) => (
        <Stack gap="md">
          <Head webhook={webhook} delivery={known} />
          <Title order={2}>Attempts</Title>
          {known.attempts.length === 0 && <Text c="var(--hf-muted)">Not tried yet.</Text>}
          {known.attempts.toReversed().map((attempt) => (
            <Attempt key={attempt.at} attempt={attempt} />
          ))}
          <Title order={2}>Body that is sent</Title>
          <Code code={JSON.stringify(known.payload, null, 2)} label="Body that is sent" maxHeight={420} />
        </Stack>
      )}
    </QueryState>
  )
}

function Head({ webhook, delivery }: { readonly webhook: Webhook; readonly delivery: WebhookDelivery }) {
  const queries = useQueryClient()
  const options = { onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks'] }), onError: notifyError }
  const resend = useMutation({ mutationFn: () => client.admin.webhooks.resend(webhook.id, delivery.id), ...options })
  const cancel = useMutation({ mutationFn: () => client.admin.webhooks.cancel(webhook.id, delivery.id), ...options })
  const { event, record, state, nextAttemptAt, createdAt, id } = delivery
  return (
    <Stack gap="xs">
      <Group gap="sm">
        <Text fw={600} size="lg">
          {event}
        </Text>
        <div role="status">
          <DeliveryBadge state={state} />
        </div>
      </Group>
      <Text c="var(--hf-muted)" style={{ overflowWrap: 'anywhere' }}>
        <TimeAgo at={createdAt} /> · webhook-id {id}
      </Text>
      {record && (
        <Text style={{ overflowWrap: 'anywhere' }}>
          Record{' '}
          <AnchorLink to="/data/$collection/$id" params={{ collection: webhook.collection, id: record }} ff="monospace">
            {record}
          </AnchorLink>
        </Text>
      )}
      {state === 'pending' && nextAttemptAt && <Text>Next attempt {fullTime(new Date(nextAttemptAt))}</Text>}
      <Group gap="xs">
        <Button size="xs" loading={resend.isPending} onClick={() => resend.mutate()}>
          {state === 'pending' ? 'Try now' : 'Resend'}
        </Button>
        {state === 'pending' && (
          <Button size="xs" variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
            Give up
          </Button>
        )}
      </Group>
    </Stack>
  )
}

/** What came back stays text, whatever it says. */
const Attempt = ({ attempt: { at, status, durationMs, error, response } }: { readonly attempt: DeliveryAttempt }) => (
  <Paper withBorder p="sm" radius="md">
    <Stack gap={6}>
      <Group justify="space-between" gap="xs">
        <Text fw={550}>{status === null ? 'No answer' : `Answered ${status}`}</Text>
        <Text size="sm" c="var(--hf-muted)">
          {fullTime(new Date(at))} · {Math.round(durationMs)} ms
        </Text>
      </Group>
      {error && (
        <Text
          c="light-dark(var(--mantine-color-red-8), var(--mantine-color-red-4))"
          style={{ overflowWrap: 'anywhere' }}
        >
          {error}
        </Text>
      )}
      {response && <Code code={response} label="Beginning of the answer" maxHeight={180} />}
    </Stack>
  </Paper>
)
