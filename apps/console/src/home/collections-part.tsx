import type { CollectionDefinition } from '@holdfast/contract'
import { Badge, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconSchema } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../client/collections'
import { recordCountQuery } from '../collections/queries'
import { DataTable } from '../ui/data-table'
import { EmptyState } from '../ui/empty-state'
import { AnchorLink, ButtonLink } from '../ui/links'
import { QueryState } from '../ui/query-state'
import { Section } from '../ui/section'
import classes from './home.module.css'

/** As many as one takes in; the rest has a page of its own. */
const shown = 20

/** Every collection with about how many records it has. */
export function CollectionsPart() {
  const collections = useQuery(collectionsQuery)
  const own = collections.data?.filter(({ name }) => name !== 'users') ?? []
  return (
    <Section
      title="Collections"
      actions={
        own.length > 0 && (
          <ButtonLink to="/collections/new" variant="default" size="xs">
            New collection
          </ButtonLink>
        )
      }
    >
      <QueryState query={collections}>
        {(list) => (own.length === 0 ? <Empty /> : <List collections={list} />)}
      </QueryState>
    </Section>
  )
}

const Empty = () => (
  <EmptyState
    icon={IconSchema}
    title="No collections yet"
    action={
      <Group gap="xs" pt="xs">
        <ButtonLink to="/collections/new">Create a collection</ButtonLink>
        <ButtonLink to="/collections/import" variant="default">
          From a file
        </ButtonLink>
      </Group>
    }
  >
    A collection is a table with its API, its rules and its history. Beside yours there is one of users.
  </EmptyState>
)

function List({ collections }: { readonly collections: readonly CollectionDefinition[] }) {
  return (
    <Stack gap="xs">
      <DataTable
        label="Collections"
        rows={collections.slice(0, shown)}
        rowKey={({ name }) => name}
        columns={[
          {
            header: 'Name',
            cell: ({ name, description }) => (
              <Stack gap={0} className={classes.name!}>
                <AnchorLink to="/data/$collection" params={{ collection: name }} fw={500}>
                  {name}
                </AnchorLink>
                {description && (
                  <Text size="xs" c="var(--hf-muted)" lineClamp={1}>
                    {description}
                  </Text>
                )}
              </Stack>
            ),
          },
          {
            header: 'Rules',
            width: 130,
            cell: ({ name, rules = [] }) => (
              <AnchorLink
                to="/permissions/$collection"
                params={{ collection: name }}
                underline="never"
                aria-label={`Rules of ${name}: ${rules.length === 0 ? 'admins only' : rules.length}`}
              >
                {rules.length === 0 ? <Badge color="gray">Admins only</Badge> : rules.length}
              </AnchorLink>
            ),
          },
          { header: 'Records', right: true, width: 110, cell: ({ name }) => <Count name={name} /> },
        ]}
      />
      {collections.length > shown && (
        <AnchorLink to="/collections">All {collections.length.toLocaleString('en')} collections</AnchorLink>
      )}
    </Stack>
  )
}

/** Beyond a thousand the server estimates: digits that it does not know are not shown. */
const aboutMany = (count: number): string =>
  count <= 1000 ? count.toLocaleString('en') : `≈ ${count.toLocaleString('en', { maximumSignificantDigits: 2 })}`

function Count({ name }: { readonly name: string }) {
  const count = useQuery(recordCountQuery(name))
  if (count.data !== undefined) return aboutMany(count.data)
  return count.isError ? '–' : <Skeleton height={12} width={40} ml="auto" />
}
