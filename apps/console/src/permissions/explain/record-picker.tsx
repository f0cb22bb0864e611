import type { CollectionDefinition } from '@holdfast/contract'
import { Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { client } from '../../client/client'
import { labelFieldOf, labelOf, shortId } from '../../client/record-fields'

interface RecordPickerProps {
  readonly collection: CollectionDefinition
  readonly id: string | undefined
  onChange(id: string | undefined): void
}

const idPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Records as the admin sees them: those that say the text, or the one with this id. */
const someRecordsQuery = (collection: CollectionDefinition, search: string) => {
  const label = labelFieldOf(collection)?.name
  const filter = label && search && !idPattern.test(search) ? { [label]: { $contains: search } } : {}
  return queryOptions({
    queryKey: ['explain', 'records', collection.name, filter],
    queryFn: async ({ signal }) => {
      const page = await client.collection(collection.name).list({
        limit: 20,
        sort: '-id',
        fields: ['id', ...(label ? [label] : [])],
        filter,
        signal,
      })
      return page.data.map((record) => ({ value: String(record['id']), label: labelOf(record, label) }))
    },
    placeholderData: keepPreviousData,
  })
}

/** A record by its label or its id. */
export function RecordPicker({ collection, id, onChange }: RecordPickerProps) {
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search.trim(), 250)
  const { data = [] } = useQuery(someRecordsQuery(collection, asked))
  const wanted = search.trim()
  const extra = [id, idPattern.test(wanted) ? wanted.toLowerCase() : undefined].filter(
    (value): value is string => value !== undefined && !data.some((option) => option.value === value),
  )
  const options = [...new Set(extra)].map((value) => ({ value, label: shortId(value) }))
  return (
    <Select
      label="Record"
      placeholder="Part of its label, or its id"
      searchable
      clearable
      data={[...options, ...data]}
      value={id ?? null}
      onChange={(next) => onChange(next ?? undefined)}
      onSearchChange={setSearch}
      filter={({ options: all }) => all}
      nothingFoundMessage="No record says that"
      renderOption={({ option }) => (
        <span style={{ overflowWrap: 'anywhere' }}>
          {option.label} <span style={{ color: 'var(--hf-muted)' }}>{shortId(option.value)}</span>
        </span>
      )}
    />
  )
}
