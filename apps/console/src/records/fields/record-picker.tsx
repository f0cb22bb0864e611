import { type ComboboxData, Loader, Select, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { type KeyboardEvent, useContext, useEffect, useState } from 'react'
import { describeError } from '../../ui/describe-error'
import { type Candidate, recentOf, remember, useCandidates } from './candidates'
import { CreateRelated } from './create-related'
import type { ShownProps } from './input-props'

interface RecordPickerProps {
  readonly collection: string
  readonly chosen: Candidate | undefined
  /** Are not offered. */
  readonly without?: readonly string[]
  readonly shown: ShownProps
  readonly placeholder?: string | undefined
  readonly clearable?: boolean
  onChoose(candidate: Candidate | undefined): void
}

const createNew = 'create new'

/** Finds a record by what people call it, with the keyboard or without. */
export function RecordPicker(props: RecordPickerProps) {
  const { collection, chosen, without = [], shown, placeholder, clearable = false, onChoose } = props
  const [search, setSearch] = useState('')
  const [isOpen, setOpen] = useState(false)
  const create = useContext(CreateRelated)
  const typed = search === chosen?.label ? '' : search.trim()
  const [text] = useDebouncedValue(typed, 150)
  const found = useCandidates(collection, text, isOpen)
  const recent = typed === '' ? recentOf(collection) : []
  // The answer to what was typed before may still be there: Enter must not take what does not fit.
  const fits = ({ id, label }: Candidate) => id === typed || label.toLowerCase().includes(typed.toLowerCase())
  const candidates = [...(chosen ? [chosen] : []), ...recent, ...(found.data ?? [])].filter(fits)
  const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]))
  const take = (candidate: Candidate) => {
    remember(collection, candidate)
    onChoose(candidate)
  }
  const choose = (id: string | null) => {
    if (id === createNew) return create?.({ collection, text: typed, onCreated: take })
    const candidate = id === null ? undefined : byId.get(id)
    if (candidate) take(candidate)
    else onChoose(undefined)
  }
  // What came after the last key was typed is not marked yet, and Enter means the first of it.
  const takeFirst = (event: KeyboardEvent<HTMLInputElement>) => {
    const first = [...byId.values()].find(({ id }) => !without.includes(id))
    const isMarked = event.currentTarget.getAttribute('aria-activedescendant')
    if (event.key !== 'Enter' || !isOpen || typed === '' || isMarked || !first) return
    event.preventDefault()
    take(first)
    setOpen(false)
  }
  // The text follows what is chosen, and is empty again where one more can be.
  // biome-ignore lint/correctness/useExhaustiveDependencies: a list that became longer is what says that one was chosen
  useEffect(() => setSearch(chosen?.label ?? ''), [chosen?.label, without.length])
  return (
    <Select
      {...shown}
      data={options({ byId, recent, without, canCreate: create !== undefined && collection !== 'users' })}
      value={chosen?.id ?? null}
      onChange={choose}
      searchValue={search}
      onSearchChange={setSearch}
      onKeyDown={takeFirst}
      dropdownOpened={isOpen}
      onDropdownOpen={() => setOpen(true)}
      onDropdownClose={() => setOpen(false)}
      filter={({ options }) => options}
      searchable
      selectFirstOptionOnChange
      clearable={clearable}
      allowDeselect={false}
      placeholder={placeholder ?? `Search ${collection}`}
      nothingFoundMessage={
        found.isError ? describeError(found.error).title : found.isFetching ? 'Searching' : 'Nothing found'
      }
      leftSection={found.isFetching && isOpen ? <Loader size={14} /> : undefined}
      renderOption={({ option }) =>
        option.value === createNew ? (
          <Text c="var(--mantine-primary-color-filled)">{option.label}</Text>
        ) : (
          <bdi>{option.label}</bdi>
        )
      }
      maxDropdownHeight={280}
      comboboxProps={{ withinPortal: true }}
    />
  )
}

interface Offer {
  readonly byId: ReadonlyMap<string, Candidate>
  readonly recent: readonly Candidate[]
  readonly without: readonly string[]
  readonly canCreate: boolean
}

function options({ byId, recent, without, canCreate }: Offer): ComboboxData {
  const offered = [...byId.values()].filter(({ id }) => !without.includes(id))
  const isRecent = (id: string) => recent.some((candidate) => candidate.id === id)
  const items = (wanted: boolean) =>
    offered.filter(({ id }) => isRecent(id) === wanted).map(({ id, label }) => ({ value: id, label }))
  const create = canCreate ? [{ value: createNew, label: 'Create a new one…' }] : []
  return items(true).length > 0
    ? [{ group: 'Recent', items: items(true) }, { group: 'All', items: items(false) }, ...create]
    : [...items(false), ...create]
}
