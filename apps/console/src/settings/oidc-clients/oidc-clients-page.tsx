import type { OidcClient, OidcClientWithSecret } from '@holdfast/contract'
import { ActionIcon, Badge, Button, Menu, Stack, Text } from '@mantine/core'
import { IconApps, IconDots } from '@tabler/icons-react'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { ClientDialog } from './client-dialog'
import { ClientSecret } from './client-secret'

const clientsQuery = queryOptions({
  queryKey: ['oidc-clients'],
  queryFn: ({ signal }) => client.admin.oidcClients.list({ signal }),
})

/** Apps that sign people in by this server. */
export function OidcClientsPage() {
  const clients = useQuery(clientsQuery)
  const [edits, setEdits] = useState<OidcClient | 'new'>()
  const [asks, setAsks] = useState<{ readonly what: 'secret' | 'delete'; readonly app: OidcClient }>()
  const [made, setMade] = useState<OidcClientWithSecret>()
  const queries = useQueryClient()
  const refresh = () => queries.invalidateQueries(clientsQuery)
  const add = <Button onClick={() => setEdits('new')}>Add app</Button>
  return (
    <Page
      title="OpenID clients"
      description="Apps that sign people in by this server, as they would by Google: a wiki, a chat, another service of yours."
      actions={add}
    >
      <QueryState query={clients}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={IconApps} title="No app signs people in by this server" action={add}>
              Add one, and give it this server's address, its client id and its secret.
            </EmptyState>
          ) : (
            <DataTable
              label="OpenID clients"
              rows={rows}
              rowKey={({ id }) => id}
              columns={[
                { header: 'App', lead: true, cell: (app) => <AppName app={app} /> },
                { header: 'Kind', cell: ({ kind }) => (kind === 'public' ? 'Public' : 'Confidential') },
                {
                  header: 'Redirect URIs',
                  cell: ({ redirectUris }) => (
                    <Text size="xs" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-line' }}>
                      {redirectUris.join('\n')}
                    </Text>
                  ),
                },
                {
                  header: 'Actions',
                  bare: true,
                  right: true,
                  width: 44,
                  cell: (app) => (
                    <Menu position="bottom-end">
                      <Menu.Target>
                        <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${app.name}`}>
                          <IconDots size={16} />
                        </ActionIcon>
                      </Menu.Target>
                      <Menu.Dropdown>
                        <Menu.Item onClick={() => setEdits(app)}>Change</Menu.Item>
                        {app.kind === 'confidential' && (
                          <Menu.Item onClick={() => setAsks({ what: 'secret', app })}>New secret</Menu.Item>
                        )}
                        <Menu.Item color="red" onClick={() => setAsks({ what: 'delete', app })}>
                          Remove
                        </Menu.Item>
                      </Menu.Dropdown>
                    </Menu>
                  ),
                },
              ]}
            />
          )
        }
      </QueryState>
      {edits !== undefined && (
        <ClientDialog
          {...(edits !== 'new' && { app: edits })}
          onClose={() => setEdits(undefined)}
          onSaved={async (app) => {
            setEdits(undefined)
            if (app) setMade(app)
            await refresh()
          }}
        />
      )}
      {made && <ClientSecret app={made} onClose={() => setMade(undefined)} />}
      <Confirm
        opened={asks?.what === 'secret'}
        title={`Make a new secret for ${asks?.app.name}?`}
        label="Make new secret"
        danger
        onClose={() => setAsks(undefined)}
        onConfirm={async () => setMade(await client.admin.oidcClients.replaceSecret(asks!.app.id))}
      >
        <Text>The present secret is void at once: the app signs nobody in until it has the new one.</Text>
      </Confirm>
      <Confirm
        opened={asks?.what === 'delete'}
        title={`Remove ${asks?.app.name}?`}
        label="Remove app"
        danger
        {...(asks && { typed: asks.app.name })}
        onClose={() => setAsks(undefined)}
        onConfirm={async () => {
          await client.admin.oidcClients.delete(asks!.app.id)
          await refresh()
        }}
      >
        <Text>Nobody signs in to it by this server any more, and every token it has ends.</Text>
      </Confirm>
    </Page>
  )
}

const AppName = ({ app: { id, name, trusted } }: { readonly app: OidcClient }) => (
  <Stack gap={2} align="flex-start" style={{ overflowWrap: 'anywhere' }}>
    <span>
      {name} {trusted && <Badge color="gray">Trusted</Badge>}
    </span>
    <Text size="xs" ff="monospace" c="var(--hf-muted)">
      {id}
    </Text>
  </Stack>
)
