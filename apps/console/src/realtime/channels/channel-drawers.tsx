import type { ChannelDefinition } from '@holdfast/contract'
import { Button, Drawer, Group, Stack, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { collectionsQuery } from '../../client/collections'
import { Confirm } from '../../ui/confirm'
import { notify } from '../../ui/notify'
import { QueryState } from '../../ui/query-state'
import { ChannelForm } from './channel-form'
import { channelsQuery } from './queries'

export function NewChannel({ opened, onClose }: { readonly opened: boolean; onClose(): void }) {
  return (
    <Drawer opened={opened} onClose={onClose} title="New channel" size="lg" closeOnClickOutside={false}>
      <Form onClose={onClose} />
    </Drawer>
  )
}

interface EditChannelProps {
  /** The name of a channel that is there. */
  readonly channel: ChannelDefinition | undefined
  onClose(): void
}

export function EditChannel({ channel, onClose }: EditChannelProps) {
  const queries = useQueryClient()
  const [asks, setAsks] = useState(false)
  const name = channel?.name ?? ''
  return (
    <Drawer
      opened={channel !== undefined}
      onClose={onClose}
      title={`Channel ${name}`}
      size="lg"
      closeOnClickOutside={false}
    >
      {channel && (
        <Stack gap="lg">
          <Form key={name} channel={channel} onClose={onClose} />
          <Group>
            <Button
              variant="subtle"
              color="red"
              size="xs"
              leftSection={<IconTrash size={14} />}
              onClick={() => setAsks(true)}
            >
              Delete the channel
            </Button>
          </Group>
        </Stack>
      )}
      <Confirm
        opened={asks}
        title={`Delete ${name}`}
        label="Delete it"
        danger
        onClose={() => setAsks(false)}
        onConfirm={async () => {
          await client.admin.channels.delete(name)
          onClose()
          await queries.invalidateQueries({ queryKey: channelsQuery.queryKey, exact: true })
        }}
      >
        <Text>Everybody who is in it is put out, and nobody can come back. Nothing of records is lost.</Text>
      </Confirm>
    </Drawer>
  )
}

function Form({ channel, onClose }: { readonly channel?: ChannelDefinition; onClose(): void }) {
  const queries = useQueryClient()
  const collections = useQuery(collectionsQuery)
  const save = useMutation({
    mutationFn: ({ name, ...rest }: ChannelDefinition) =>
      channel ? client.admin.channels.replace(name, rest) : client.admin.channels.create({ name, ...rest }),
    onSuccess: async ({ name }) => {
      await queries.invalidateQueries({ queryKey: channelsQuery.queryKey, exact: true })
      notify(channel ? 'Saved. It holds for those who are in it, too' : `Clients can join ${name} now`)
      onClose()
    },
  })
  return (
    <QueryState query={collections}>
      {(known) => (
        <ChannelForm
          {...(channel && { channel })}
          collections={known}
          error={save.error}
          busy={save.isPending}
          onSubmit={(definition) => save.mutate(definition)}
          onCancel={onClose}
        />
      )}
    </QueryState>
  )
}
