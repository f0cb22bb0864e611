import type { ChannelDefinition } from '@holdfast/contract'
import { Button, Text } from '@mantine/core'
import { IconMessages, IconPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { AnchorLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { RealtimeTabs } from '../realtime-tabs'
import { actionsOf } from './channel-draft'
import { EditChannel, NewChannel } from './channel-drawers'
import { channelsQuery, connectionsQuery } from './queries'

/** Where clients send each other messages, and who may. */
export function ChannelsPage() {
  const { channel } = useSearch({ from: '/shell/realtime/channels' })
  const navigate = useNavigate({ from: '/realtime/channels' })
  const [adds, setAdds] = useState(false)
  const channels = useQuery(channelsQuery)
  const add = (
    <Button leftSection={<IconPlus size={16} />} onClick={() => setAdds(true)}>
      New channel
    </Button>
  )
  return (
    <Page
      title="Realtime"
      description="Channels carry messages between clients, and show who is there. Nothing of it is kept."
      actions={channels.data?.length ? add : undefined}
    >
      <RealtimeTabs />
      <QueryState query={channels}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState icon={IconMessages} title="No channels yet" action={add}>
              A channel lets clients talk to each other: a chat, cursors in a document, who is online. It is closed
              until a rule opens it.
            </EmptyState>
          ) : (
            <ChannelTable channels={all} />
          )
        }
      </QueryState>
      <Connections />
      <NewChannel opened={adds} onClose={() => setAdds(false)} />
      <EditChannel
        channel={channels.data?.find(({ name }) => name === channel)}
        onClose={() => void navigate({ search: {}, replace: true })}
      />
    </Page>
  )
}

/** Nothing where it was not counted: the page is about channels. */
function Connections() {
  const { data: count } = useQuery(connectionsQuery)
  if (typeof count !== 'number') return null
  return (
    <Text size="sm" c="var(--hf-muted)" mt="md">
      {count === 0 ? 'No client was' : count === 1 ? 'One client was' : `${count.toLocaleString('en')} clients were`}{' '}
      connected to realtime when they were counted last. They are counted each minute.
    </Text>
  )
}

const ChannelTable = ({ channels }: { readonly channels: readonly ChannelDefinition[] }) => (
  <DataTable
    label="Channels"
    rows={channels}
    rowKey={({ name }) => name}
    columns={[
      {
        header: 'Channel',
        lead: true,
        cell: ({ name, description }) => (
          <div>
            <AnchorLink from="/realtime/channels" to="/realtime/channels" search={{ channel: name }} fw={550}>
              {name}
            </AnchorLink>
            {description && (
              <Text size="sm" c="var(--hf-muted)" style={{ overflowWrap: 'anywhere' }}>
                {description}
              </Text>
            )}
          </div>
        ),
      },
      {
        header: 'Joined as',
        cell: ({ name, collection }) => (
          <Text ff="monospace" size="sm" style={{ overflowWrap: 'anywhere' }}>
            {collection ? `${name}/<id of ${collection}>` : name}
          </Text>
        ),
      },
      { header: 'Open to', cell: (channel) => <OpenTo channel={channel} /> },
    ]}
  />
)

const OpenTo = ({ channel: { rules } }: { readonly channel: ChannelDefinition }) =>
  rules.length === 0 ? (
    <Text c="var(--hf-muted)">nobody: it has no rule</Text>
  ) : (
    rules.map((rule) => (
      <Text key={JSON.stringify(rule)} size="sm">
        <b>{rule.role}</b>: {actionsOf(rule).join(', ')}
        {rule.conditions ? ', in some' : ''}
      </Text>
    ))
  )
