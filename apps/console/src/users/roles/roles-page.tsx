import type { Role } from '@holdfast/sdk/admin'
import { ActionIcon, Badge, Button, Checkbox, Menu, Text, TextInput } from '@mantine/core'
import { IconDots, IconShieldHalf } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { FormDialog } from '../../ui/form-dialog'
import { AnchorLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { PeopleTabs } from '../parts/people-tabs'
import { roleMembersQuery, rolesQuery } from '../queries'

/** Names that users and keys are given, and that rules speak of. */
export function RolesPage() {
  const roles = useQuery(rolesQuery)
  const members = useQuery(roleMembersQuery)
  const [edits, setEdits] = useState<Role | 'new'>()
  const [deletes, setDeletes] = useState<Role>()
  const queries = useQueryClient()
  const refresh = () => Promise.all(['roles', 'users'].map((name) => queries.invalidateQueries({ queryKey: [name] })))
  const countOf = (name: string) => members.data?.find(({ role }) => role === name)
  return (
    <Page
      title="Roles"
      description="Rules say what a role may do. Everybody has the role public; whoever is signed in has user, too."
      actions={<Button onClick={() => setEdits('new')}>New role</Button>}
    >
      <PeopleTabs />
      <QueryState query={roles}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={IconShieldHalf} title="There are no roles">
              A role such as editor lets rules open more to some people.
            </EmptyState>
          ) : (
            <DataTable
              label="Roles"
              rows={rows}
              rowKey={({ name }) => name}
              columns={[
                {
                  header: 'Role',
                  lead: true,
                  cell: ({ name }) => (
                    <AnchorLink to="/users" search={{ role: name }} fw={500}>
                      {name}
                    </AnchorLink>
                  ),
                },
                {
                  header: 'Description',
                  cell: ({ name, description }) => (
                    <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
                      {description ?? (name === 'admin' ? 'May do everything; built in' : '–')}
                    </Text>
                  ),
                },
                {
                  header: 'Second factor',
                  cell: ({ secondFactor }) => (secondFactor ? <Badge color="teal">Required</Badge> : 'Not required'),
                },
                { header: 'Users', right: true, cell: ({ name }) => countOf(name)?.users ?? '–' },
                { header: 'Keys', right: true, cell: ({ name }) => countOf(name)?.apiKeys ?? '–' },
                {
                  header: 'Actions',
                  bare: true,
                  right: true,
                  width: 44,
                  cell: (role) => <RoleMenu role={role} onEdit={setEdits} onDelete={setDeletes} />,
                },
              ]}
            />
          )
        }
      </QueryState>
      {edits !== undefined && (
        <RoleDialog {...(edits !== 'new' && { role: edits })} onClose={() => setEdits(undefined)} onSaved={refresh} />
      )}
      <Confirm
        opened={deletes !== undefined}
        title={`Delete the role ${deletes?.name}?`}
        label="Delete role"
        danger
        {...(deletes && { typed: deletes.name })}
        onClose={() => setDeletes(undefined)}
        onConfirm={async () => {
          await client.admin.roles.delete(deletes!.name)
          await refresh()
        }}
      >
        <Text>{describeMembers(deletes && countOf(deletes.name))} Rules that speak of it open nothing any more.</Text>
      </Confirm>
    </Page>
  )
}

const describeMembers = (count: { readonly users: number; readonly apiKeys: number } | undefined): string =>
  count && count.users + count.apiKeys > 0
    ? `${count.users} users and ${count.apiKeys} API keys lose it, at once.`
    : 'Nobody has it.'

interface RoleMenuProps {
  readonly role: Role
  onEdit(role: Role): void
  onDelete(role: Role): void
}

const RoleMenu = ({ role, onEdit, onDelete }: RoleMenuProps) => (
  <Menu position="bottom-end">
    <Menu.Target>
      <ActionIcon variant="subtle" color="gray" aria-label={`Actions for ${role.name}`}>
        <IconDots size={16} />
      </ActionIcon>
    </Menu.Target>
    <Menu.Dropdown>
      <Menu.Item onClick={() => onEdit(role)}>Change</Menu.Item>
      {role.name !== 'admin' && (
        <Menu.Item color="red" onClick={() => onDelete(role)}>
          Delete
        </Menu.Item>
      )}
    </Menu.Dropdown>
  </Menu>
)

interface RoleDialogProps {
  /** Left out: a new one. */
  readonly role?: Role
  onSaved(): Promise<unknown>
  onClose(): void
}

function RoleDialog({ role, onSaved, onClose }: RoleDialogProps) {
  const [name, setName] = useState('')
  const [description, setDescription] = useState(role?.description ?? '')
  const [secondFactor, setSecondFactor] = useState(role?.secondFactor ?? false)
  const save = async () => {
    if (role) await client.admin.roles.update(role.name, { description: description || null, secondFactor })
    else await client.admin.roles.create({ name, secondFactor, ...(description && { description }) })
    await onSaved()
    onClose()
  }
  return (
    <FormDialog
      opened
      title={role ? `Change ${role.name}` : 'New role'}
      label={role ? 'Save role' : 'Create role'}
      onSubmit={save}
      onClose={onClose}
    >
      {!role && (
        <TextInput
          label="Name"
          description="Rules call it so: letters, digits and underscores. It cannot be changed later."
          placeholder="editor"
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
          required
          data-autofocus
        />
      )}
      <TextInput
        label="Description"
        placeholder="Publishes posts"
        value={description}
        onChange={({ currentTarget }) => setDescription(currentTarget.value)}
        maxLength={500}
      />
      <Checkbox
        label="Ask for a second factor"
        description="Whoever has the role must prove one to sign in. Sessions that have proven none end, yours too if you have this role."
        checked={secondFactor}
        onChange={({ currentTarget }) => setSecondFactor(currentTarget.checked)}
      />
    </FormDialog>
  )
}
