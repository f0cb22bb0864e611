import type { Json } from '@holdfast/contract'
import { Loader, MultiSelect } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useState } from 'react'
import { knownLabel, useCandidates, useLabels } from '../records/fields/candidates'
import { RecordPicker } from '../records/fields/record-picker'
import { describeError } from '../ui/describe-error'

interface RelatedValueProps {
  readonly collection: string
  readonly value: Json | undefined
  onChange(value: Json | undefined): void
}

/** A record to compare a relation with, by what people call it. */
export function RelatedValue({ collection, value, onChange }: RelatedValueProps) {
  const id = typeof value === 'string' && value !== '' ? value : undefined
  const labels = useLabels(collection, id ? [id] : [])
  return (
    <RecordPicker
      collection={collection}
      chosen={id ? { id, label: knownLabel(collection, labels.data, id) } : undefined}
      shown={{ 'aria-label': 'Value', size: 'sm' }}
      onChoose={(candidate) => onChange(candidate?.id)}
    />
  )
}

/** Some records: any number, in no order. */
export function RelatedValues({ collection, value, onChange }: RelatedValueProps) {
  const ids = Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : []
  const labels = useLabels(collection, ids)
  const [search, setSearch] = useState('')
  const [isOpen, setOpen] = useState(false)
  const [text] = useDebouncedValue(search.trim(), 150)
  const found = useCandidates(collection, text, isOpen)
  const offers = new Map((found.data ?? []).map(({ id, label }) => [id, label]))
  for (const id of ids) if (!offers.has(id)) offers.set(id, knownLabel(collection, labels.data, id))
  return (
    <MultiSelect
      size="sm"
      aria-label="Values"
      placeholder={ids.length === 0 ? `Search ${collection}` : undefined}
      data={[...offers].map(([id, label]) => ({ value: id, label }))}
      value={ids}
      onChange={(next) => {
        onChange(next)
        setSearch('')
      }}
      searchable
      searchValue={search}
      onSearchChange={setSearch}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      filter={({ options }) => options}
      hidePickedOptions
      nothingFoundMessage={
        found.isError ? describeError(found.error).title : found.isFetching ? 'Searching' : 'Nothing found'
      }
      leftSection={found.isFetching && isOpen ? <Loader size={14} /> : undefined}
      maxDropdownHeight={280}
    />
  )
}
