import type { AdminUserInfo } from '@holdfast/contract'
import { Checkbox, Group, Stack, Text } from '@mantine/core'
import { type Column, DataTable } from '../../ui/data-table'
import { AnchorLink } from '../../ui/links'
import { TimeAgo } from '../../ui/time-ago'
import { kindLabel, RoleBadges, StateBadge } from '../parts/badges'
import { userLabel } from '../parts/user-label'
import classes from './users-table.module.css'

interface UsersTableProps {
  readonly users: readonly AdminUserInfo[]
  readonly chosen: ReadonlySet<string>
  onChoose(chosen: ReadonlySet<string>): void
}

export function UsersTable({ users, chosen, onChoose }: UsersTableProps) {
  const toggle = (id: string) => {
    const next = new Set(chosen)
    if (!next.delete(id)) next.add(id)
    onChoose(next)
  }
  const isAll = users.every(({ id }) => chosen.has(id))
  const columns: Column<AdminUserInfo>[] = [
    {
      header: 'Select',
      bare: true,
      width: 36,
      cell: (user) => (
        <Checkbox
          size="xs"
          aria-label={`Select ${userLabel(user)}`}
          checked={chosen.has(user.id)}
          onChange={() => toggle(user.id)}
        />
      ),
    },
    { header: 'User', lead: true, cell: (user) => <UserName user={user} /> },
    { header: 'Roles', cell: ({ roles }) => <RoleBadges roles={roles} /> },
    { header: 'State', cell: (user) => <StateBadge user={user} />, width: 120 },
    { header: 'Last sign-in', cell: ({ lastSignInAt }) => <TimeAgo at={lastSignInAt} />, width: 120 },
    { header: 'Created', cell: ({ createdAt }) => <TimeAgo at={createdAt} />, width: 120 },
  ]
  return (
    <>
      <Group mb={6} px={10} gap="xs">
        <Checkbox
          size="xs"
          label={chosen.size === 0 ? 'Select all shown' : `${chosen.size} selected`}
          checked={isAll && users.length > 0}
          indeterminate={!isAll && chosen.size > 0}
          onChange={() => onChoose(isAll ? new Set() : new Set(users.map(({ id }) => id)))}
        />
      </Group>
      <DataTable label="Users" columns={columns} rows={users} rowKey={({ id }) => id} />
    </>
  )
}

const UserName = ({ user }: { readonly user: AdminUserInfo }) => (
  <Stack gap={0} className={classes.name!}>
    <AnchorLink to="/users/$id" params={{ id: user.id }} fw={500} className={classes.label!}>
      {userLabel(user)}
    </AnchorLink>
    {(user.kind !== 'person' || user.phone) && (
      <Text size="xs" c="var(--hf-muted)">
        {[user.kind !== 'person' && kindLabel(user.kind), user.email && user.phone].filter(Boolean).join(' · ')}
      </Text>
    )}
  </Stack>
)
