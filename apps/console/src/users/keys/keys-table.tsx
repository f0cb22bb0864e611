import type { ApiKey } from '@holdfast/contract'
import { Badge, Group, Stack, Text } from '@mantine/core'
import { DataTable } from '../../ui/data-table'
import { AnchorLink } from '../../ui/links'
import { TimeAgo } from '../../ui/time-ago'
import { RoleBadges } from '../parts/badges'
import { describeLimits } from './describe-limits'

/** Keys, each with a page of its own. */
export const KeysTable = ({ keys }: { readonly keys: readonly ApiKey[] }) => (
  <DataTable
    label="API keys"
    rows={keys}
    rowKey={({ id }) => id}
    columns={[
      {
        header: 'Key',
        lead: true,
        cell: ({ id, name, start, kind }) => (
          <Stack gap={2} align="flex-start" style={{ overflowWrap: 'anywhere' }}>
            <Group gap={6}>
              <AnchorLink to="/api-keys/$id" params={{ id }} fw={500}>
                {name}
              </AnchorLink>
              {kind === 'publishable' && <Badge color="blue">Publishable</Badge>}
            </Group>
            <Text size="xs" ff="monospace" c="var(--hf-muted)">
              {start}…
            </Text>
          </Stack>
        ),
      },
      { header: 'Roles', cell: ({ roles }) => <RoleBadges roles={roles} /> },
      {
        header: 'Limits',
        cell: (key) => (
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {describeLimits(key) || 'None'}
          </Text>
        ),
      },
      {
        header: 'Last used',
        cell: ({ lastUsedAt }) => (lastUsedAt ? <TimeAgo at={lastUsedAt} /> : 'Never'),
        width: 110,
      },
      {
        header: 'Expires',
        width: 110,
        cell: ({ expiresAt }) =>
          expiresAt && Date.parse(expiresAt) < Date.now() ? (
            <Badge color="red">Expired</Badge>
          ) : expiresAt ? (
            <TimeAgo at={expiresAt} />
          ) : (
            'Never'
          ),
      },
    ]}
  />
)
