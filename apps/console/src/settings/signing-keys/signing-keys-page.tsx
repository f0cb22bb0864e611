import type { SigningKeyInfo } from '@holdfast/contract'
import { Badge, Button, Menu, Text } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { TimeAgo } from '../../ui/time-ago'

const keysQuery = queryOptions({
  queryKey: ['signing-keys'],
  queryFn: ({ signal }) => client.admin.signingKeys.list({ signal }),
})

const purposes = { access: 'Access tokens', oidc: 'ID tokens for apps' } as const
const states = {
  signing: { label: 'Signing', color: 'teal' },
  published: { label: 'Published', color: 'blue' },
  verifying: { label: 'Verifying', color: 'gray' },
} as const

type Question = { readonly rotate: SigningKeyInfo['purpose'] } | { readonly remove: SigningKeyInfo }

/** The keys that sign tokens: another one from time to time, and none of a key that others may have. */
export function SigningKeysPage() {
  const keys = useQuery(keysQuery)
  const [asks, setAsks] = useState<Question>()
  const queries = useQueryClient()
  const close = () => setAsks(undefined)
  const doing = async (work: Promise<unknown>) => {
    await work
    await queries.invalidateQueries(keysQuery)
  }
  const rotates = asks && 'rotate' in asks ? asks.rotate : undefined
  const removes = asks && 'remove' in asks ? asks.remove : undefined
  return (
    <Page
      title="Signing keys"
      description="They sign tokens. Services that verify our tokens find them at /.well-known/jwks.json."
      actions={
        <Menu position="bottom-end">
          <Menu.Target>
            <Button rightSection={<IconChevronDown size={15} />}>New key</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setAsks({ rotate: 'access' })}>For access tokens</Menu.Item>
            <Menu.Item onClick={() => setAsks({ rotate: 'oidc' })}>For ID tokens</Menu.Item>
          </Menu.Dropdown>
        </Menu>
      }
    >
      <QueryState query={keys}>
        {(rows) => (
          <DataTable
            label="Signing keys"
            rows={rows}
            rowKey={({ kid }) => kid}
            columns={[
              {
                header: 'Key',
                cell: ({ kid }) => (
                  <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                    {kid}
                  </Text>
                ),
              },
              { header: 'Signs', cell: ({ purpose, algorithm }) => `${purposes[purpose]} (${algorithm})` },
              {
                header: 'State',
                cell: ({ state }) => <Badge color={states[state].color}>{states[state].label}</Badge>,
              },
              { header: 'Signs from', cell: ({ activeAt }) => <TimeAgo at={activeAt} /> },
              {
                header: 'Actions',
                bare: true,
                right: true,
                cell: (key) => (
                  <Button
                    size="compact-xs"
                    variant="subtle"
                    color="red"
                    aria-label={`Remove the key ${key.kid}`}
                    onClick={() => setAsks({ remove: key })}
                  >
                    Remove
                  </Button>
                ),
              },
            ]}
          />
        )}
      </QueryState>
      <Confirm
        opened={rotates !== undefined}
        title="Make a new key?"
        label="Make key"
        onClose={close}
        onConfirm={() => doing(client.admin.signingKeys.rotate(rotates === undefined ? {} : { purpose: rotates }))}
      >
        <Text>
          It is published at once and signs in ten minutes, when others have learnt it. The present one verifies until
          its last token is over: nobody is signed out.
        </Text>
      </Confirm>
      <Confirm
        opened={removes !== undefined}
        title="Remove the key?"
        label="Remove key"
        danger
        onClose={close}
        onConfirm={() => doing(client.admin.signingKeys.delete(removes!.kid))}
      >
        <Text>
          For a key that others may have: every token it signed ends at once. Sessions go on by their refresh tokens.
          Make a new key first: the last of a purpose stays.
        </Text>
      </Confirm>
    </Page>
  )
}
