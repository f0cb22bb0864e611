import { Group } from '@mantine/core'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { EmptyState } from '../../ui/empty-state'
import { ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { PageList } from '../../ui/page-list'
import { PeopleTabs } from '../parts/people-tabs'
import { usersQuery } from '../queries'
import { BulkActions } from './bulk-actions'
import { UserFilters } from './user-filters'
import { toUserFilter, type UserSearch } from './user-search'
import { UsersTable } from './users-table'

export function UsersPage() {
  const search = useSearch({ from: '/shell/users' })
  const navigate = useNavigate({ from: '/users' })
  const users = useInfiniteQuery(usersQuery(toUserFilter(search)))
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const change = (next: UserSearch) => {
    setChosen(new Set())
    void navigate({ search: next, replace: true })
  }
  const isNarrowed = Object.keys(search).some((name) => name !== 'sort')
  return (
    <Page title="Users" actions={<Actions />}>
      <PeopleTabs />
      <UserFilters search={search} onChange={change} />
      <PageList
        query={users}
        empty={
          isNarrowed ? (
            <EmptyState icon={IconUsers} title="Nobody is like this">
              Take a filter away, or look for a part of the e-mail address.
            </EmptyState>
          ) : (
            <EmptyState icon={IconUsers} title="There are no users" action={<Actions />}>
              People appear here once they sign up, or when you invite them.
            </EmptyState>
          )
        }
      >
        {(rows) => (
          <>
            <BulkActions users={rows.filter(({ id }) => chosen.has(id))} onDone={() => setChosen(new Set())} />
            <UsersTable users={rows} chosen={chosen} onChoose={setChosen} />
          </>
        )}
      </PageList>
    </Page>
  )
}

const Actions = () => (
  <Group gap="xs">
    <ButtonLink to="/users/new" variant="default">
      Add user
    </ButtonLink>
    <ButtonLink to="/invites" search={{ send: true }} leftSection={<IconUserPlus size={16} />}>
      Invite
    </ButtonLink>
  </Group>
)
