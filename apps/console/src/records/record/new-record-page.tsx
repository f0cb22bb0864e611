import { useParams, useSearch } from '@tanstack/react-router'
import { QueryState } from '../../ui/query-state'
import { NewRecord } from './new-record'
import { RecordDrawer } from './record-drawer'
import { useCollection, useRecord } from './record-queries'
import { copyValues } from './record-values'

/** A new record, empty or as a copy of another one. */
export function NewRecordPage() {
  const { collection: name } = useParams({ from: '/shell/data/$collection/new' })
  const { copyOf } = useSearch({ from: '/shell/data/$collection/new' })
  const collection = useCollection(name)
  const original = useRecord(name, copyOf)
  if (!collection) return null
  return (
    <RecordDrawer collection={name} label={`New record of ${name}`}>
      {copyOf ? (
        <QueryState query={original}>
          {(record) => <NewRecord collection={collection} initial={copyValues(collection, record)} />}
        </QueryState>
      ) : (
        <NewRecord collection={collection} initial={{}} />
      )}
    </RecordDrawer>
  )
}
