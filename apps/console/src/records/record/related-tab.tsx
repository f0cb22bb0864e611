import type { CollectionDefinition, FieldDefinition } from '@holdfast/contract'
import { Stack, Text, Title } from '@mantine/core'
import { IconLink } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import { useDataClient } from '../../client/data-client'
import { useReadable } from '../../client/readable'
import { labelFieldOf, labelOf } from '../../client/record-fields'
import { EmptyState } from '../../ui/empty-state'
import { AnchorLink } from '../../ui/links'
import { QueryState } from '../../ui/query-state'
import { TimeAgo } from '../../ui/time-ago'
import classes from './record.module.css'
import type { StoredRecord } from './record-values'

interface RelatedTabProps {
  readonly collection: CollectionDefinition
  readonly record: StoredRecord
}

interface Inward {
  readonly collection: CollectionDefinition
  readonly field: FieldDefinition
}

/** Records of other collections that point at this one. */
export function RelatedTab({ collection, record }: RelatedTabProps) {
  const { data: collections = [] } = useQuery(collectionsQuery)
  const readable = useReadable()
  const all = collections.flatMap((other): Inward[] =>
    other.fields
      .filter((field) => field.type === 'relation' && field.collection === collection.name)
      .map((field) => ({ collection: other, field })),
  )
  const inward = all.filter(({ collection: other, field }) => readable.has(other.name, field.name))
  if (all.length > 0 && inward.length === 0)
    return (
      <EmptyState icon={IconLink} title="No relation is open to them">
        Records of other collections point at this one by relations that rules hide from whom you look as.
      </EmptyState>
    )
  if (inward.length === 0)
    return (
      <EmptyState icon={IconLink} title="Nothing can point at this record">
        No collection has a relation to {collection.name}.
      </EmptyState>
    )
  return (
    <Stack gap="lg">
      {inward.map(({ collection: other, field }) => (
        <RelatedList key={`${other.name} ${field.name}`} collection={other} field={field} id={record.id} />
      ))}
    </Stack>
  )
}

const shown = 5

function RelatedList({ collection, field, id }: Inward & { readonly id: string }) {
  const client = useDataClient()
  const readable = useReadable()
  const named = labelFieldOf(collection)?.name
  const label = named !== undefined && readable.has(collection.name, named) ? named : undefined
  const fields = ['id', ...(label ? [label] : []), ...(readable.has(collection.name, 'updatedAt') ? ['updatedAt'] : [])]
  const filter = { [field.name]: field.many ? { $has: id } : id }
  const query = useQuery({
    queryKey: ['records', collection.name, 'related', field.name, id],
    queryFn: ({ signal }) =>
      client.collection(collection.name).list({
        filter,
        fields,
        limit: shown,
        count: 'upTo:100',
        signal,
      }),
  })
  const total = query.data?.meta.total
  return (
    <section aria-label={`${collection.name} by ${field.name}`}>
      <Title order={3}>
        {collection.name}{' '}
        <Text span size="sm" c="var(--hf-muted)" fw={400}>
          by {field.name}
          {total !== undefined && ` · ${total === 100 ? '100 or more' : total}`}
        </Text>
      </Title>
      <QueryState query={query} rows={2}>
        {({ data }) =>
          data.length === 0 ? (
            <Text size="sm" c="var(--hf-muted)" mt={4}>
              None point here.
            </Text>
          ) : (
            <ul className={classes.related}>
              {data.map((other) => (
                <li key={other.id}>
                  <AnchorLink to="/data/$collection/$id" params={{ collection: collection.name, id: other.id }}>
                    <bdi>{labelOf(other, label)}</bdi>
                  </AnchorLink>
                  <Text span size="xs" c="var(--hf-muted)">
                    {other.updatedAt && <TimeAgo at={other.updatedAt} />}
                  </Text>
                </li>
              ))}
            </ul>
          )
        }
      </QueryState>
      {(total ?? 0) > 0 && (
        <AnchorLink size="sm" to="/data/$collection" params={{ collection: collection.name }} search={{ filter }}>
          Show all in the grid
        </AnchorLink>
      )}
    </section>
  )
}
