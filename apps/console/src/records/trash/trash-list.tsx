import type { CollectionDefinition } from '@holdfast/contract'
import { Button, Group, Text } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { labelFieldOf, labelOf } from '../../client/record-fields'
import { useReadOnlyReason } from '../../client/view-as'
import { Confirm } from '../../ui/confirm'
import { DataTable } from '../../ui/data-table'
import { EmptyState } from '../../ui/empty-state'
import { notify } from '../../ui/notify'
import { QueryState } from '../../ui/query-state'
import { TimeAgo } from '../../ui/time-ago'
import { Person } from '../record/person'
import { PurgeRecord } from './purge-dialogs'
import { countsText, type Trashed, useTrash, useTrashWrites } from './trash-queries'

export function TrashList({ collection }: { readonly collection: CollectionDefinition }) {
  const query = useTrash(collection.name)
  const { restore } = useTrashWrites(collection.name)
  const readOnly = useReadOnlyReason()
  const [restoring, setRestoring] = useState<Trashed>()
  const [purging, setPurging] = useState<Trashed>()
  const label = labelFieldOf(collection)?.name
  const nameOf = ({ id, record }: Trashed) => labelOf({ ...record, id }, label)
  return (
    <QueryState query={query}>
      {({ pages }) => {
        const rows = pages.flatMap(({ records }) => records)
        if (rows.length === 0)
          return (
            <EmptyState icon={IconTrash} title="The trash is empty">
              Deleted records of {collection.name} appear here.
            </EmptyState>
          )
        return (
          <>
            <DataTable
              label="Deleted records"
              rows={rows}
              rowKey={({ id }) => id}
              columns={[
                { header: 'Record', cell: (row) => <bdi>{nameOf(row)}</bdi> },
                { header: 'Deleted', cell: ({ deletedAt }) => <TimeAgo at={deletedAt} /> },
                { header: 'By', cell: ({ deletedBy }) => <Person id={deletedBy} /> },
                { header: 'With it', cell: ({ cascade }) => countsText(cascade) || '–' },
                { header: 'Kept until', cell: ({ expiresAt }) => <TimeAgo at={expiresAt} /> },
                {
                  header: 'Actions',
                  cell: (row) => (
                    <Group gap={4} justify="flex-end" wrap="nowrap">
                      <Button
                        size="compact-sm"
                        variant="default"
                        disabled={readOnly !== undefined}
                        title={readOnly}
                        onClick={() => setRestoring(row)}
                        aria-label={`Restore ${nameOf(row)}`}
                      >
                        Restore
                      </Button>
                      <Button
                        size="compact-sm"
                        variant="subtle"
                        color="red"
                        disabled={readOnly !== undefined}
                        title={readOnly}
                        onClick={() => setPurging(row)}
                        aria-label={`Purge ${nameOf(row)}`}
                      >
                        Purge
                      </Button>
                    </Group>
                  ),
                },
              ]}
            />
            {query.hasNextPage && (
              <Button variant="default" onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
                Show more
              </Button>
            )}
            {restoring && (
              <Confirm
                opened
                title={`Restore ${nameOf(restoring).slice(0, 80)}?`}
                label="Restore"
                onConfirm={async () => {
                  const { restored } = await restore(restoring.id)
                  notify(`Restored: ${countsText(restored)}`)
                }}
                onClose={() => setRestoring(undefined)}
              >
                <Text>It comes back under the same id, as its next version.</Text>
                {restoring.cascade.length > 0 && (
                  <Text>With it comes what was deleted with it: {countsText(restoring.cascade)}.</Text>
                )}
              </Confirm>
            )}
            {purging && (
              <PurgeRecord
                collection={collection.name}
                trashed={purging}
                name={nameOf(purging)}
                onClose={() => setPurging(undefined)}
              />
            )}
          </>
        )
      }}
    </QueryState>
  )
}
