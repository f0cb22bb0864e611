import type { AdminUserInfo } from '@holdfast/contract'
import { Button, Group, List, Paper, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { FormDialog } from '../../ui/form-dialog'
import { notify } from '../../ui/notify'
import { RolesInput } from '../parts/roles-input'
import { userLabel } from '../parts/user-label'
import { forEachUser } from './for-each-user'

type Task = 'disable' | 'enable' | 'give' | 'take' | 'delete'

interface BulkActionsProps {
  readonly users: readonly AdminUserInfo[]
  onDone(): void
}

/** What can be done with all chosen users at once. */
export function BulkActions({ users, onDone }: BulkActionsProps) {
  const [task, setTask] = useState<Task>()
  const [roles, setRoles] = useState<string[]>([])
  const queries = useQueryClient()
  const count = users.length === 1 ? '1 user' : `${users.length} users`
  const close = () => {
    setTask(undefined)
    setRoles([])
  }
  const run = async (said: string, work: (user: AdminUserInfo) => Promise<unknown>) => {
    try {
      await forEachUser(users, work)
    } finally {
      await queries.invalidateQueries({ queryKey: ['users'] })
      await queries.invalidateQueries({ queryKey: ['roles'] })
    }
    notify(`${count} ${said}`)
    close()
    onDone()
  }
  if (users.length === 0) return null
  return (
    <Paper withBorder p="xs" mb="md" bg="var(--hf-sunken)" role="region" aria-label="Selected users">
      <Group gap="xs">
        <Text size="sm" fw={500} px={4}>
          {count} selected
        </Text>
        <Button size="xs" variant="default" onClick={() => setTask('give')}>
          Give a role
        </Button>
        <Button size="xs" variant="default" onClick={() => setTask('take')}>
          Take a role
        </Button>
        {users.some(({ disabled }) => disabled) && (
          <Button size="xs" variant="default" onClick={() => setTask('enable')}>
            Enable
          </Button>
        )}
        {users.some(({ disabled }) => !disabled) && (
          <Button size="xs" variant="default" onClick={() => setTask('disable')}>
            Disable
          </Button>
        )}
        <Button size="xs" color="red" variant="light" onClick={() => setTask('delete')}>
          Delete
        </Button>
        <Button size="xs" variant="subtle" ml="auto" onClick={onDone}>
          Select none
        </Button>
      </Group>
      <FormDialog
        opened={task === 'give' || task === 'take'}
        title={task === 'take' ? `Take roles from ${count}` : `Give roles to ${count}`}
        label={task === 'take' ? 'Take roles' : 'Give roles'}
        disabled={roles.length === 0}
        onClose={close}
        onSubmit={() =>
          task === 'take'
            ? run('have lost the roles', (user) => setRolesOf(user, without(user.roles, roles)))
            : run('have the roles', (user) => setRolesOf(user, [...new Set([...user.roles, ...roles])]))
        }
      >
        <RolesInput value={roles} onChange={setRoles} data-autofocus />
      </FormDialog>
      <Confirm
        opened={task === 'disable' || task === 'enable'}
        title={task === 'enable' ? `Enable ${count}?` : `Disable ${count}?`}
        label={task === 'enable' ? 'Enable' : 'Disable'}
        danger={task !== 'enable'}
        onClose={close}
        onConfirm={() => {
          const disabled = task !== 'enable'
          return run(disabled ? 'disabled' : 'enabled', ({ id }) => client.admin.users.update(id, { disabled }))
        }}
      >
        <Text>
          {task === 'enable'
            ? 'They can sign in again.'
            : 'They are signed out everywhere at once and cannot sign in until they are enabled again.'}
        </Text>
        <Names users={users} />
      </Confirm>
      <Confirm
        opened={task === 'delete'}
        title={`Delete ${count}?`}
        label="Delete"
        danger
        typed={count}
        onClose={close}
        onConfirm={() => run('deleted', ({ id }) => client.admin.users.delete(id))}
      >
        <Text>
          Their accounts, sessions and keys go, and the records that relations delete with them. To erase what is about
          a person everywhere, delete them on their own page.
        </Text>
        <Names users={users} />
      </Confirm>
    </Paper>
  )
}

const setRolesOf = ({ id }: AdminUserInfo, roles: readonly string[]) => client.admin.users.setRoles(id, roles)

const without = (roles: readonly string[], taken: readonly string[]) => roles.filter((role) => !taken.includes(role))

const shownNames = 5

const Names = ({ users }: { readonly users: readonly AdminUserInfo[] }) => (
  <List size="sm">
    {users.slice(0, shownNames).map((user) => (
      <List.Item key={user.id} style={{ overflowWrap: 'anywhere' }}>
        {userLabel(user)}
      </List.Item>
    ))}
    {users.length > shownNames && <List.Item>and {users.length - shownNames} more</List.Item>}
  </List>
)
