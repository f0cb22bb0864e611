import type { CollectionDefinition } from '@holdfast/contract'
import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch, IconUsersGroup } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { collectionsQuery } from '../../client/collections'
import { DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { AnchorLink, ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { PageList } from '../../ui/page-list'
import { QueryState } from '../../ui/query-state'
import { TimeAgo } from '../../ui/time-ago'
import { PeopleTabs } from '../parts/people-tabs'
import { findTeamCollection, teamsQuery } from './team-queries'

/** The teams of the app: records of the collection that has members. */
export function TeamsPage() {
  const collections = useQuery(collectionsQuery)
  const teams = collections.data && findTeamCollection(collections.data)
  return (
    <Page
      title="Teams"
      description="Users are members of teams, with roles in them, and rules ask who is in which."
      actions={
        teams && (
          <ButtonLink to="/data/$collection" params={{ collection: teams.name }} variant="default">
            Records of {teams.name}
          </ButtonLink>
        )
      }
    >
      <PeopleTabs />
      <QueryState query={collections}>
        {() =>
          teams ? (
            <TeamList collection={teams} />
          ) : (
            <EmptyState
              icon={IconUsersGroup}
              title="This server has no teams"
              action={<ButtonLink to="/collections">Go to collections</ButtonLink>}
            >
              Give one collection "members": true in its definition: each of its records is a team then.
            </EmptyState>
          )
        }
      </QueryState>
    </Page>
  )
}

function TeamList({ collection }: { readonly collection: CollectionDefinition }) {
  const { search = '' } = useSearch({ from: '/shell/teams' })
  const navigate = useNavigate({ from: '/teams' })
  const [text, setText] = useState(search)
  const apply = useDebouncedCallback(
    (value: string) => void navigate({ search: value ? { search: value } : {}, replace: true }),
    250,
  )
  const teams = useInfiniteQuery(teamsQuery(collection, search))
  return (
    <>
      <TextInput
        aria-label="Search teams"
        placeholder="Part of the name"
        leftSection={<IconSearch size={15} />}
        value={text}
        onChange={({ currentTarget: { value } }) => {
          setText(value)
          apply(value)
        }}
        maw={360}
        mb="md"
      />
      <PageList
        query={teams}
        empty={
          <EmptyState icon={IconUsersGroup} title={search ? 'No team is called so' : 'There are no teams'}>
            {search ? 'Look for another part of the name.' : 'Whoever creates a team in an app is its first owner.'}
          </EmptyState>
        }
      >
        {(rows) => (
          <DataTable
            label="Teams"
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                header: 'Team',
                lead: true,
                cell: ({ id, label }) => (
                  <AnchorLink to="/teams/$id" params={{ id }} fw={500} style={{ overflowWrap: 'anywhere' }}>
                    {label}
                  </AnchorLink>
                ),
              },
              { header: 'Created', cell: ({ createdAt }) => <TimeAgo at={createdAt} />, width: 140 },
            ]}
          />
        )}
      </PageList>
    </>
  )
}
