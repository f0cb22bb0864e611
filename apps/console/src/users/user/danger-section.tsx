import type { AdminUserDetails } from '@holdfast/contract'
import { Button, Checkbox, Group, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../client/client'
import { collectionsQuery } from '../../client/collections'
import { Confirm } from '../../ui/confirm'
import { notify, notifyError } from '../../ui/notify'
import { saveFile } from '../../ui/save-file'
import { Section } from '../../ui/section'
import { userLabel } from '../parts/user-label'
import { useUserChange } from './use-user-change'

/** Disable, hand over what is known, delete. */
export function DangerSection({ user }: { readonly user: AdminUserDetails }) {
  const [asks, setAsks] = useState<'state' | 'delete'>()
  const [exporting, setExporting] = useState(false)
  const change = useUserChange()
  const close = () => setAsks(undefined)
  const download = async () => {
    setExporting(true)
    try {
      saveFile(`${userLabel(user)}.ndjson`, await client.admin.users.export(user.id), 'application/x-ndjson')
    } catch (error) {
      notifyError(error)
    } finally {
      setExporting(false)
    }
  }
  const { disabled } = user
  return (
    <Section title="Data and access">
      <Group gap="xs">
        <Button variant="default" size="xs" loading={exporting} onClick={() => void download()}>
          Export data
        </Button>
        <Button variant="default" size="xs" onClick={() => setAsks('state')}>
          {disabled ? 'Enable user' : 'Disable user'}
        </Button>
        <Button variant="light" color="red" size="xs" onClick={() => setAsks('delete')}>
          Delete user
        </Button>
      </Group>
      <Confirm
        opened={asks === 'state'}
        title={`${disabled ? 'Enable' : 'Disable'} ${userLabel(user)}?`}
        label={disabled ? 'Enable' : 'Disable'}
        danger={!disabled}
        onClose={close}
        onConfirm={() => change(() => client.admin.users.update(user.id, { disabled: !disabled }))}
      >
        <Text>
          {disabled
            ? 'The user can sign in again, and keys of the account work again.'
            : 'The user is signed out everywhere at once, and cannot sign in by any method until enabled again. Nothing is deleted.'}
        </Text>
      </Confirm>
      <DeleteDialog user={user} opened={asks === 'delete'} onClose={close} />
    </Section>
  )
}

interface DeleteDialogProps {
  readonly user: AdminUserDetails
  readonly opened: boolean
  onClose(): void
}

/** Says what goes, as the collections define it, before it goes. */
function DeleteDialog({ user, opened, onClose }: DeleteDialogProps) {
  const [erase, setErase] = useState(false)
  const { data: collections = [] } = useQuery(collectionsQuery)
  const navigate = useNavigate()
  const change = useUserChange()
  const personal = collections.filter(({ personalData }) => personalData !== undefined)
  const remove = async () => {
    await change(() => client.admin.users.delete(user.id, { erase }))
    notify(`${userLabel(user)} is deleted`)
    await navigate({ to: '/users' })
  }
  return (
    <Confirm
      opened={opened}
      title={`Delete ${userLabel(user)}?`}
      label={erase ? 'Erase' : 'Delete'}
      danger
      typed={userLabel(user)}
      onClose={onClose}
      onConfirm={remove}
    >
      <Text>
        The account goes with its sessions, factors, keys and memberships, and records that relations delete with it.
      </Text>
      <Checkbox
        label="Erase everything about the person"
        description="Also the records about them, their history and what was deleted before. For good."
        checked={erase}
        onChange={({ currentTarget }) => setErase(currentTarget.checked)}
      />
      {erase &&
        (personal.length === 0 ? (
          <Text size="sm" c="var(--hf-muted)">
            No collection says that it holds personal data: only the account itself is erased.
          </Text>
        ) : (
          <List size="sm">
            {personal.map(({ name }) => (
              <List.Item key={name}>{name}</List.Item>
            ))}
          </List>
        ))}
    </Confirm>
  )
}
