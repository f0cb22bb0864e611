import type { PasskeyInfo } from '@holdfast/contract'
import { Badge, Button, Group, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../client/client'
import { Confirm } from '../ui/confirm'
import { DataTable } from '../ui/data-table'
import { notify, notifyError } from '../ui/notify'
import { QueryState } from '../ui/query-state'
import { Section } from '../ui/section'
import { TimeAgo } from '../ui/time-ago'
import { NameDialog } from './name-dialog'
import { factorsQuery, passkeysQuery } from './queries'

/** Signing in by a finger, a face or the PIN of a device. */
export function PasskeysSection() {
  const passkeys = useQuery(passkeysQuery)
  const refresh = useRefresh()
  const [isAdding, setIsAdding] = useState(false)
  const add = async (name: string) => {
    await client.auth.passkeys.register(name === '' ? {} : { name })
    await refresh()
    notify('The passkey is there')
  }
  return (
    <Section
      title="Passkeys"
      description="Sign in by your finger, your face or the PIN of a device."
      actions={
        <Button variant="default" onClick={() => setIsAdding(true)}>
          Add a passkey
        </Button>
      }
    >
      <QueryState query={passkeys} rows={2}>
        {(list) =>
          list.length === 0 ? (
            <Text c="var(--hf-muted)">No passkeys yet. They cannot be guessed, leaked or typed into a wrong page.</Text>
          ) : (
            <PasskeyList passkeys={list} />
          )
        }
      </QueryState>
      <NameDialog
        opened={isAdding}
        title="Add a passkey"
        label="Name"
        description="So that you know it again, such as the device it is on."
        button="Go on"
        onSubmit={add}
        onClose={() => setIsAdding(false)}
      />
    </Section>
  )
}

function useRefresh() {
  const queries = useQueryClient()
  return () => Promise.all([passkeysQuery, factorsQuery].map(({ queryKey }) => queries.invalidateQueries({ queryKey })))
}

function PasskeyList({ passkeys }: { readonly passkeys: readonly PasskeyInfo[] }) {
  const refresh = useRefresh()
  const [renamed, setRenamed] = useState<PasskeyInfo>()
  const [removed, setRemoved] = useState<PasskeyInfo>()
  const rename = useMutation({
    mutationFn: ({ id, name }: { id: string; name: string }) => client.auth.passkeys.rename(id, name),
    onSuccess: refresh,
    onError: notifyError,
  })
  return (
    <>
      <DataTable
        label="Passkeys"
        rows={passkeys}
        rowKey={({ id }) => id}
        columns={[
          {
            header: 'Name',
            cell: ({ name, backedUp }) => (
              <Group gap="xs">
                <Text span>{name}</Text>
                {backedUp && <Badge color="gray">Copied to your other devices</Badge>}
              </Group>
            ),
          },
          { header: 'Added', cell: ({ createdAt }) => <TimeAgo at={createdAt} />, width: 150 },
          { header: 'Last used', cell: ({ lastUsedAt }) => <TimeAgo at={lastUsedAt} />, width: 150 },
          {
            header: '',
            right: true,
            width: 190,
            cell: (passkey) => (
              <Group gap={4} justify="flex-end" wrap="nowrap">
                <Button
                  size="compact-sm"
                  variant="subtle"
                  aria-label={`Rename ${passkey.name}`}
                  onClick={() => setRenamed(passkey)}
                >
                  Rename
                </Button>
                <Button
                  size="compact-sm"
                  variant="subtle"
                  color="red"
                  aria-label={`Remove ${passkey.name}`}
                  onClick={() => setRemoved(passkey)}
                >
                  Remove
                </Button>
              </Group>
            ),
          },
        ]}
      />
      <NameDialog
        key={renamed?.id}
        opened={renamed !== undefined}
        title="Rename the passkey"
        label="Name"
        initial={renamed?.name ?? ''}
        button="Rename"
        onSubmit={(name) => rename.mutateAsync({ id: renamed!.id, name })}
        onClose={() => setRenamed(undefined)}
      />
      <Confirm
        opened={removed !== undefined}
        title={`Remove ${removed?.name ?? 'the passkey'}?`}
        label="Remove"
        danger
        onConfirm={async () => {
          await client.auth.passkeys.remove(removed!.id)
          await refresh()
        }}
        onClose={() => setRemoved(undefined)}
      >
        It will not sign you in any more. Your device may still offer it: remove it there too.
      </Confirm>
    </>
  )
}
