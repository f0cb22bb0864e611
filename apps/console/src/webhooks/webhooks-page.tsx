import type { Webhook, WebhookDefinition, WebhookWithSecret } from '@holdfast/contract'
import { Button, Drawer, Text } from '@mantine/core'
import { IconPlus, IconWebhook } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../client/client'
import { collectionsQuery } from '../client/collections'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { AnchorLink } from '../ui/links'
import { Page } from '../ui/page'
import { QueryState } from '../ui/query-state'
import { TimeAgo } from '../ui/time-ago'
import { webhooksQuery } from './queries'
import { SecretDialog } from './secret-dialog'
import { toDefinition, valuesOf, WebhookForm } from './webhook-form'
import { WebhookBadge } from './webhook-state'

export function WebhooksPage() {
  const navigate = useNavigate()
  const [adds, setAdds] = useState(false)
  const [created, setCreated] = useState<WebhookWithSecret>()
  const webhooks = useQuery(webhooksQuery)
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdds(true)}>
      New webhook
    </Button>
  )
  return (
    <Page
      title="Webhooks"
      description="Changes of records, delivered to URLs of others, signed and tried again until they arrive."
      actions={webhooks.data?.length ? add : undefined}
    >
      <QueryState query={webhooks}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={IconWebhook} title="No webhooks yet" action={add}>
              A webhook tells another program when records are created, updated or deleted: a shop, a mailer, an
              automation.
            </EmptyState>
          ) : (
            <WebhookTable webhooks={all} />
          )
        }
      </QueryState>
      <NewWebhook opened={adds} onClose={() => setAdds(false)} onCreated={setCreated} />
      <SecretDialog
        webhook={created}
        onClose={() => {
          setCreated(undefined)
          if (created) void navigate({ to: '/webhooks/$id', params: { id: created.id } })
        }}
      />
    </Page>
  )
}

const WebhookTable = ({ webhooks }: { readonly webhooks: readonly Webhook[] }) => (
  <DataTable
    label="Webhooks"
    rows={webhooks}
    rowKey={({ id }) => id}
    columns={[
      {
        header: 'URL',
        cell: (webhook) => (
          <>
            <AnchorLink to="/webhooks/$id" params={{ id: webhook.id }} fw={550} style={{ overflowWrap: 'anywhere' }}>
              {webhook.url}
            </AnchorLink>
            {webhook.description && (
              <Text size="sm" c="var(--hf-muted)">
                {webhook.description}
              </Text>
            )}
          </>
        ),
      },
      { header: 'Collection', width: 150, cell: ({ collection }) => collection },
      { header: 'Events', width: 190, cell: ({ events }) => events.join(', ') },
      { header: 'State', width: 90, cell: (webhook) => <WebhookBadge webhook={webhook} /> },
      { header: 'Created', width: 120, cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
    ]}
  />
)

interface NewWebhookProps {
  readonly opened: boolean
  onClose(): void
  onCreated(webhook: WebhookWithSecret): void
}

function NewWebhook({ opened, onClose, onCreated }: NewWebhookProps) {
  const queries = useQueryClient()
  const { data: collections = [] } = useQuery(collectionsQuery)
  const create = useMutation({
    mutationFn: (definition: WebhookDefinition) => client.admin.webhooks.create(definition),
    onSuccess: (webhook) => {
      void queries.invalidateQueries({ queryKey: webhooksQuery.queryKey })
      onClose()
      onCreated(webhook)
    },
  })
  return (
    <Drawer opened={opened} onClose={onClose} title="New webhook" size="lg">
      <WebhookForm
        collections={collections}
        initial={valuesOf()}
        submitLabel="Create the webhook"
        error={create.error}
        busy={create.isPending}
        onSubmit={(values) => create.mutate(toDefinition(values))}
        onCancel={onClose}
      />
    </Drawer>
  )
}
