import type { CollectionDefinition } from '@holdfast/contract'
import { Button } from '@mantine/core'
import { QueryState } from '../../ui/query-state'
import type { StoredRecord } from '../record/record-values'
import classes from './history.module.css'
import { VersionEntry } from './version-entry'
import { useVersions } from './version-queries'

interface VersionListProps {
  readonly collection: CollectionDefinition
  readonly record: StoredRecord
  onShow(version: number): void
  onRestore(version: number): void
}

export function VersionList({ collection, record, onShow, onRestore }: VersionListProps) {
  const query = useVersions(collection.name, record.id)
  return (
    <QueryState query={query}>
      {({ pages }) => (
        <>
          <ol className={classes.entries} aria-label="Versions">
            {pages
              .flatMap(({ versions }) => versions)
              .map((entry) => (
                <VersionEntry
                  key={`${entry.version} ${entry.action}`}
                  collection={collection}
                  entry={entry}
                  isCurrent={entry.version === record.version && entry.action !== 'delete'}
                  onShow={() => onShow(entry.version)}
                  onRestore={() => onRestore(entry.version)}
                />
              ))}
          </ol>
          {query.hasNextPage && (
            <Button variant="default" onClick={() => void query.fetchNextPage()} loading={query.isFetchingNextPage}>
              Show older versions
            </Button>
          )}
        </>
      )}
    </QueryState>
  )
}
