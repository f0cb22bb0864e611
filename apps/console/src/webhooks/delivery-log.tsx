import { type DeliveryState, deliveryStates, type Webhook, type WebhookDelivery } from '@holdfast/contract'
import { Group, SegmentedControl, Stack, Text, Title } from '@mantine/core'
import { IconInbox } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { shortId } from '../client/record-fields'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { AnchorLink } from '../ui/links'
import { PageList } from '../ui/page-list'
import { TimeAgo } from '../ui/time-ago'
import { DeliveryDrawer } from './delivery-drawer'
import { deliveriesQuery } from './queries'
import { ResendRange } from './resend-range'
import { DeliveryBadge } from './webhook-state'

/** What was delivered in the last 30 days, and what was not; fresh while it is open. */
export function DeliveryLog({ webhook }: { readonly webhook: Webhook }) {
  const { state, delivery } = useSearch({ from: '/shell/webhooks/$id' })
  const navigate = useNavigate({ from: '/webhooks/$id' })
  const log = useInfiniteQuery(deliveriesQuery(webhook.id, state))
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2}>Deliveries</Title>
        <Group gap="xs">
          <SegmentedControl
            size="xs"
            aria-label="Which deliveries"
            value={state ?? 'all'}
            data={['all', ...deliveryStates]}
            onChange={(value) =>
              void navigate({ search: value === 'all' ? {} : { state: value as DeliveryState }, replace: true })
            }
          />
          <ResendRange webhook={webhook.id} />
        </Group>
      </Group>
      <PageList
        query={log}
        more="Show older"
        empty={
          <EmptyState icon={IconInbox} title={state ? `Nothing is ${state}` : 'Nothing was delivered yet'}>
            {state
              ? 'Choose all to see the others.'
              : `It begins with the next change in ${webhook.collection}. A test can be sent now.`}
          </EmptyState>
        }
      >
        {(deliveries) => <Deliveries webhook={webhook} deliveries={deliveries} />}
      </PageList>
      <DeliveryDrawer
        webhook={webhook}
        id={delivery}
        onClose={() => void navigate({ search: ({ delivery: _, ...rest }) => rest, replace: true })}
      />
    </Stack>
  )
}

interface DeliveriesProps {
  readonly webhook: Webhook
  readonly deliveries: readonly WebhookDelivery[]
}

const Deliveries = ({ webhook: { id: webhook }, deliveries }: DeliveriesProps) => (
  <DataTable
    label="Deliveries"
    rows={deliveries}
    rowKey={({ id }) => id}
    columns={[
      {
        header: 'Event',
        cell: ({ id, event }) => (
          <AnchorLink
            from="/webhooks/$id"
            to="/webhooks/$id"
            params={{ id: webhook }}
            search={(search) => ({ ...search, delivery: id })}
            fw={550}
          >
            {event}
          </AnchorLink>
        ),
      },
      {
        header: 'Record',
        width: 120,
        cell: ({ record }) => <Text ff="monospace">{record ? shortId(record) : '–'}</Text>,
      },
      { header: 'State', width: 100, cell: ({ state }) => <DeliveryBadge state={state} /> },
      { header: 'Last answer', cell: ({ attempts }) => <LastAnswer attempts={attempts} /> },
      { header: 'Attempts', width: 80, right: true, cell: ({ attempts }) => attempts.length },
      { header: 'When', width: 120, cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
    ]}
  />
)

function LastAnswer({ attempts }: Pick<WebhookDelivery, 'attempts'>) {
  const last = attempts.at(-1)
  if (!last) return <Text c="var(--hf-muted)">not tried yet</Text>
  return (
    <Text lineClamp={1} style={{ overflowWrap: 'anywhere' }}>
      {last.error ?? `${last.status} in ${Math.round(last.durationMs)} ms`}
    </Text>
  )
}
