import { Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../../client/collections'
import classes from './tail.module.css'
import { changeActions, type TailSearch } from './tail-search'
import { UserInput } from './user-input'

interface TailFilterProps {
  readonly search: TailSearch
  onChange(change: { readonly [name in keyof TailSearch]?: string | undefined }): void
}

/** Which changes are shown. */
export function TailFilter({ search, onChange }: TailFilterProps) {
  const { data: collections = [] } = useQuery(collectionsQuery)
  return (
    <div className={classes.filter}>
      <Select
        aria-label="Collection"
        placeholder="Any collection"
        searchable
        clearable
        value={search.collection ?? null}
        data={collections.map(({ name }) => name)}
        onChange={(value) => onChange({ collection: value ?? undefined })}
      />
      <Select
        aria-label="Action"
        placeholder="Any action"
        clearable
        value={search.action ?? null}
        data={[...changeActions]}
        onChange={(value) => onChange({ action: value ?? undefined })}
      />
      <TextInput
        aria-label="Id of a record"
        placeholder="Id of a record"
        value={search.record ?? ''}
        onChange={(event) => onChange({ record: event.currentTarget.value || undefined })}
      />
      <UserInput by={search.by} onChange={(by) => onChange({ by })} />
    </div>
  )
}
