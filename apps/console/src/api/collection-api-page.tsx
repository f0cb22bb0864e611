import { Select } from '@mantine/core'
import { IconApiOff } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useParams } from '@tanstack/react-router'
import { collectionsQuery } from '../client/collections'
import { EmptyState } from '../ui/empty-state'
import { ButtonLink } from '../ui/links'
import { Page } from '../ui/page'
import { QueryState } from '../ui/query-state'
import { CollectionApi } from './collection-api'

/** The API of one collection, with its own fields and values. */
export function CollectionApiPage() {
  const { collection } = useParams({ from: '/shell/api/$collection' })
  const collections = useQuery(collectionsQuery)
  const navigate = useNavigate()
  return (
    <Page
      title={`API of ${collection}`}
      actions={
        <>
          <Select
            aria-label="Collection"
            data={collections.data?.map(({ name }) => name) ?? []}
            value={collection}
            onChange={(name) => name && void navigate({ to: '/api/$collection', params: { collection: name } })}
            allowDeselect={false}
            searchable
            w={180}
          />
          <ButtonLink to="/api" variant="default">
            All of the API
          </ButtonLink>
        </>
      }
    >
      <QueryState query={collections}>
        {(list) => {
          const definition = list.find(({ name }) => name === collection)
          return definition ? (
            <CollectionApi key={collection} definition={definition} />
          ) : (
            <EmptyState
              icon={IconApiOff}
              title="There is no such collection"
              action={<ButtonLink to="/collections">See the collections</ButtonLink>}
            >
              It may have been renamed or dropped.
            </EmptyState>
          )
        }}
      </QueryState>
    </Page>
  )
}
