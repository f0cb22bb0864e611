import type { CollectionDefinition } from '@holdfast/contract'
import { TextInput } from '@mantine/core'
import { IconBraces, IconHierarchy3, IconPlus, IconSchema, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { collectionsQuery } from '../../client/collections'
import { EmptyState } from '../../ui/empty-state'
import { ButtonLink } from '../../ui/links'
import { Page } from '../../ui/page'
import { QueryState } from '../../ui/query-state'
import { CollectionTable } from './collection-table'

/** Every collection: what it holds and what it leads to. */
export function CollectionsPage() {
  const collections = useQuery(collectionsQuery)
  const { find = '' } = useSearch({ from: '/shell/collections' })
  const navigate = useNavigate({ from: '/collections' })
  return (
    <Page
      title="Collections"
      description="What your records are made of. Each collection is a table of PostgreSQL."
      actions={
        <>
          <ButtonLink to="/collections/diagram" variant="default" leftSection={<IconHierarchy3 size={16} />}>
            Diagram
          </ButtonLink>
          <ButtonLink to="/collections/json" variant="default" leftSection={<IconBraces size={16} />}>
            JSON
          </ButtonLink>
          <ButtonLink to="/collections/new" leftSection={<IconPlus size={16} />}>
            New collection
          </ButtonLink>
        </>
      }
    >
      <TextInput
        aria-label="Find a collection or a field"
        placeholder="Find a collection or a field"
        leftSection={<IconSearch size={16} />}
        value={find}
        onChange={(event) => void navigate({ search: { find: event.currentTarget.value || undefined }, replace: true })}
        maw={360}
        mb="md"
      />
      <QueryState query={collections}>
        {(all) => {
          const found = all.filter((collection) => isFound(collection, find))
          if (found.length > 0) return <CollectionTable collections={found} all={all} />
          return (
            <EmptyState icon={IconSchema} title={`Nothing is called ${find}`}>
              Names and descriptions of collections and the names of their fields are searched.
            </EmptyState>
          )
        }}
      </QueryState>
    </Page>
  )
}

function isFound({ name, description = '', fields }: CollectionDefinition, find: string): boolean {
  const texts = [name, description, ...fields.map((field) => field.name)]
  return texts.some((text) => text.toLowerCase().includes(find.trim().toLowerCase()))
}
