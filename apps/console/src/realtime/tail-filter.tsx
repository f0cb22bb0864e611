import { Group, Select, TextInput } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { collectionsQuery } from '../client/collections'
import { changeActions, type TailSearch } from './tail-search'

interface TailFilterProps {
  readonly search: TailSearch
  onChange(change: { readonly [name in keyof TailSearch]?: string | undefined }): void
}

/** Which changes are shown. */
export function TailFilter({ search, onChange }: TailFilterProps) {
  const { data: collections = [] } = useQuery(collectionsQuery)
  return (
    <Group gap="xs">
      <Select
        aria-label="Collection"
        placeholder="Any collection"
        searchable
        clearable
        w={180}
        value={search.collection ?? null}
        data={collections.map(({ name }) => name)}
        onChange={(value) => onChange({ collection: value ?? undefined })}
      />
      <Select
        aria-label="Action"
        placeholder="Any action"
        clearable
        w={140}
        value={search.action ?? null}
        data={[...changeActions]}
        onChange={(value) => onChange({ action: value ?? undefined })}
      />
      <TextInput
        aria-label="Id of a record"
        placeholder="Id of a record"
        w={180}
        value={search.record ?? ''}
        onChange={(event) => onChange({ record: event.currentTarget.value || undefined })}
      />
      <TextInput
        aria-label="Id of a user"
        placeholder="Id of a user"
        w={180}
        value={search.by ?? ''}
        onChange={(event) => onChange({ by: event.currentTarget.value || undefined })}
      />
    </Group>
  )
}
