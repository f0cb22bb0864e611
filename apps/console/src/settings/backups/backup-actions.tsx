import type { BackupInfo } from '@holdfast/contract'
import { ActionIcon, Group, Menu, Text } from '@mantine/core'
import { IconDots, IconDownload, IconShieldCheck, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { ButtonLink } from '../../ui/links'
import { notify, notifyError } from '../../ui/notify'
import { saveStream } from '../../ui/save-stream'
import { fullTime } from '../../ui/time-ago'
import { backupsQuery, checkQuery, isDamage } from './queries'

/** What can be done with a backup. */
export function BackupActions({ backup: { name, state, createdAt } }: { readonly backup: BackupInfo }) {
  const queries = useQueryClient()
  const [asks, setAsks] = useState(false)
  const check = useQuery(checkQuery(name))
  const time = fullTime(new Date(createdAt))
  const download = useMutation({
    mutationFn: () => {
      const { signal } = new AbortController()
      return saveStream(
        `${name}.hfb`,
        () => client.admin.backups.download(name),
        signal,
        () => undefined,
      )
    },
    onSuccess: (saved) => saved && notify('The file is complete'),
    onError: notifyError,
  })
  if (state === 'running') return null
  return (
    <Group gap="xs" justify="flex-end" wrap="nowrap">
      {state === 'done' && !isDamage(check.error) && (
        <ButtonLink
          to="/settings/backups/$name"
          params={{ name }}
          size="xs"
          variant="default"
          aria-label={`Restore the backup of ${time}`}
        >
          Restore
        </ButtonLink>
      )}
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="default"
            size={30}
            aria-label={`More for the backup of ${time}`}
            loading={download.isPending}
          >
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {state === 'done' && (
            <>
              <Menu.Item leftSection={<IconDownload size={16} />} onClick={() => download.mutate()}>
                Download
              </Menu.Item>
              <Menu.Item
                leftSection={<IconShieldCheck size={16} />}
                disabled={check.isFetching}
                onClick={() => void check.refetch()}
              >
                Verify
              </Menu.Item>
            </>
          )}
          <Menu.Item leftSection={<IconTrash size={16} />} onClick={() => setAsks(true)}>
            Delete
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Confirm
        opened={asks}
        title="Delete the backup"
        label="Delete the backup"
        danger
        onClose={() => setAsks(false)}
        onConfirm={async () => {
          await client.admin.backups.delete(name)
          await queries.invalidateQueries(backupsQuery)
        }}
      >
        <Text>
          The backup of {time} is deleted from the server for good. Copies elsewhere stay, and so does every record.
        </Text>
      </Confirm>
    </Group>
  )
}
