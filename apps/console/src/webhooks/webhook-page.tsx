import type { Webhook } from '@holdfast/contract'
import { Alert, Button, Drawer, Group, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../client/client'
import { collectionsQuery } from '../client/collections'
import { Code } from '../ui/code'
import { AnchorLink } from '../ui/links'
import { notifyError } from '../ui/notify'
import { Page } from '../ui/page'
import { QueryState } from '../ui/query-state'
import { DeliveryLog } from './delivery-log'
import { webhookQuery } from './queries'
import { WebhookActions } from './webhook-actions'
import { toChange, valuesOf, WebhookForm } from './webhook-form'
import { WebhookBadge } from './webhook-state'

/** One webhook: what it is, and what it delivered. */
export function WebhookPage() {
  const { id } = useParams({ from: '/shell/webhooks/$id' })
  const webhook = useQuery(webhookQuery(id))
  const [edits, setEdits] = useState(false)
  return (
    <Page
      title="Webhook"
      description={<AnchorLink to="/webhooks">All webhooks</AnchorLink>}
      actions={webhook.data && <WebhookActions webhook={webhook.data} onEdit={() => setEdits(true)} />}
    >
      <QueryState query={webhook}>
        {(known) => (
          <Stack gap="xl">
            <Summary webhook={known} />
            <DeliveryLog webhook={known} />
            <EditWebhook webhook={known} opened={edits} onClose={() => setEdits(false)} />
          </Stack>
        )}
      </QueryState>
    </Page>
  )
}

function Summary({ webhook }: { readonly webhook: Webhook }) {
  const { url, description, collection, events, filter, fields, ordered, secretHints } = webhook
  return (
    <Stack gap="sm">
      <Group gap="sm" wrap="nowrap" align="flex-start">
        <Text fw={550} size="lg" style={{ overflowWrap: 'anywhere' }}>
          {url}
        </Text>
        <WebhookBadge webhook={webhook} />
      </Group>
      {description && <Text>{description}</Text>}
      <Text c="var(--hf-muted)">
        When records of {collection} are {events.map((event) => `${event}d`).join(' or ')}
        {ordered ? ', in the order of each record' : ''}.{' '}
        {fields ? `Fields: ${fields.join(', ')}.` : 'All fields that are not hidden.'}{' '}
        {secretHints.length > 1
          ? `Signed by two secrets, which end in ${secretHints.join(' and ')}.`
          : `The secret ends in ${secretHints[0] ?? '…'}.`}
      </Text>
      {filter && <Code code={JSON.stringify(filter, null, 2)} label="Filter" maxHeight={160} />}
      {webhook.disabledReason && <Stopped webhook={webhook} />}
    </Stack>
  )
}

/** Why the server stopped it, and how it goes on. */
function Stopped({ webhook: { id, disabledReason } }: { readonly webhook: Webhook }) {
  const queries = useQueryClient()
  const enable = useMutation({
    mutationFn: () => client.admin.webhooks.update(id, { enabled: true }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['webhooks'] }),
    onError: notifyError,
  })
  return (
    <Alert color="red" icon={<IconAlertTriangle size={18} />} title="The server stopped this webhook">
      <Stack gap="xs" align="flex-start">
        <Text>{disabledReason}. Mend the receiver, then let it go on and resend what is missing.</Text>
        <Button size="xs" loading={enable.isPending} onClick={() => enable.mutate()}>
          Go on delivering
        </Button>
      </Stack>
    </Alert>
  )
}

interface EditWebhookProps {
  readonly webhook: Webhook
  readonly opened: boolean
  onClose(): void
}

function EditWebhook({ webhook, opened, onClose }: EditWebhookProps) {
  const queries = useQueryClient()
  const { data: collections = [] } = useQuery(collectionsQuery)
  const save = useMutation({
    mutationFn: (values: Parameters<typeof toChange>[0]) => client.admin.webhooks.update(webhook.id, toChange(values)),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['webhooks'] })
      onClose()
    },
  })
  return (
    <Drawer opened={opened} onClose={onClose} title="Edit the webhook" size="lg">
      <WebhookForm
        collections={collections}
        initial={valuesOf(webhook)}
        submitLabel="Save"
        error={save.error}
        busy={save.isPending}
        onSubmit={(values) => save.mutate(values)}
        onCancel={onClose}
      />
    </Drawer>
  )
}
