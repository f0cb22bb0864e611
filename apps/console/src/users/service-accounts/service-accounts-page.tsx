import type { ServiceAccount } from '@holdfast/contract'
import { Badge, Button, Text, TextInput } from '@mantine/core'
import { IconRobot } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { client } from '../../client/client'
import { DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { FormDialog } from '../../ui/form-dialog'
import { AnchorLink, ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { PageList } from '../../ui/page-list'
import { TimeAgo } from '../../ui/time-ago'
import { RoleBadges } from '../parts/badges'
import { PeopleTabs } from '../parts/people-tabs'
import { RolesInput } from '../parts/roles-input'
import { serviceAccountsQuery } from '../queries'
import { useUserChange } from '../user/use-user-change'

/** Users that are programs. */
export function ServiceAccountsPage() {
  const accounts = useInfiniteQuery(serviceAccountsQuery)
  const [makes, setMakes] = useState(false)
  const make = <Button onClick={() => setMakes(true)}>New service account</Button>
  return (
    <Page
      title="Service accounts"
      description="Users that are programs: they have roles and API keys, own what they write, and never sign in."
      actions={make}
    >
      <PeopleTabs />
      <PageList
        query={accounts}
        empty={
          <EmptyState icon={IconRobot} title="There are no service accounts" action={make}>
            Make one where rules should know a program as a user, by its id. Otherwise a key with roles will do.
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable<ServiceAccount>
            label="Service accounts"
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                header: 'Name',
                lead: true,
                cell: ({ id, name }) => (
                  <AnchorLink to="/users/$id" params={{ id }} fw={500} style={{ overflowWrap: 'anywhere' }}>
                    {name}
                  </AnchorLink>
                ),
              },
              { header: 'Roles', cell: ({ roles }) => <RoleBadges roles={roles} /> },
              {
                header: 'State',
                cell: ({ disabled }) => (
                  <Badge color={disabled ? 'red' : 'teal'}>{disabled ? 'Disabled' : 'Active'}</Badge>
                ),
              },
              { header: 'Created', cell: ({ createdAt }) => <TimeAgo at={createdAt} /> },
              {
                header: 'Actions',
                bare: true,
                right: true,
                cell: ({ id, name }) => (
                  <ButtonLink
                    to="/api-keys/new"
                    search={{ user: id }}
                    size="compact-xs"
                    variant="subtle"
                    aria-label={`New key for ${name}`}
                  >
                    New key
                  </ButtonLink>
                ),
              },
            ]}
          />
        )}
      </PageList>
      {makes && <NewAccountDialog onClose={() => setMakes(false)} />}
    </Page>
  )
}

function NewAccountDialog({ onClose }: { onClose(): void }) {
  const [name, setName] = useState('')
  const [roles, setRoles] = useState<string[]>([])
  const change = useUserChange()
  const navigate = useNavigate()
  const make = async () => {
    const { id } = await change(() => client.admin.serviceAccounts.create({ name, roles }))
    onClose()
    await navigate({ to: '/users/$id', params: { id } })
  }
  return (
    <FormDialog opened title="New service account" label="Create" onSubmit={make} onClose={onClose}>
      <TextInput
        label="Name"
        placeholder="Nightly import"
        value={name}
        onChange={({ currentTarget }) => setName(currentTarget.value)}
        maxLength={200}
        required
        data-autofocus
      />
      <RolesInput value={roles} onChange={setRoles} />
      <Text size="sm" c="var(--hf-muted)">
        It can do nothing until it has a key. You can make one on its page.
      </Text>
    </FormDialog>
  )
}
