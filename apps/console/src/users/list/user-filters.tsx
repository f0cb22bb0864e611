import { Group, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { rolesQuery } from '../queries'
import type { UserSearch } from './user-search'

interface UserFiltersProps {
  readonly search: UserSearch
  onChange(search: UserSearch): void
}

/** What narrows the list of users; the URL keeps it. */
export function UserFilters({ search, onChange }: UserFiltersProps) {
  const [text, setText] = useState(search.search ?? '')
  const roles = useQuery(rolesQuery).data ?? []
  const apply = useDebouncedCallback((value: string) => onChange(withOne(search, 'search', value)), 250)
  useEffect(
    () => setText((typed) => (search.search === undefined && typed.trim() === '' ? typed : (search.search ?? ''))),
    [search.search],
  )
  const set = (name: keyof UserSearch) => (value: string | null) => onChange(withOne(search, name, value))
  return (
    <Group gap="xs" mb="md" role="search" aria-label="Users">
      <TextInput
        aria-label="Search users"
        placeholder="E-mail, phone, name or id"
        leftSection={<IconSearch size={15} />}
        value={text}
        onChange={({ currentTarget: { value } }) => {
          setText(value)
          apply(value)
        }}
        flex="1 1 240px"
      />
      <Select
        aria-label="Role"
        placeholder="Any role"
        data={roles.map(({ name }) => name)}
        value={search.role ?? null}
        onChange={set('role')}
        clearable
        searchable
        w={150}
      />
      <Select
        aria-label="Kind"
        placeholder="Any kind"
        data={[
          { value: 'person', label: 'People' },
          { value: 'anonymous', label: 'Anonymous' },
          { value: 'service', label: 'Service accounts' },
        ]}
        value={search.kind ?? null}
        onChange={set('kind')}
        clearable
        w={150}
      />
      <Select
        aria-label="State"
        placeholder="Any state"
        data={[
          { value: 'active', label: 'Active' },
          { value: 'disabled', label: 'Disabled' },
        ]}
        value={search.state ?? null}
        onChange={set('state')}
        clearable
        w={130}
      />
      <Select
        aria-label="Order"
        data={[
          { value: '', label: 'Newest first' },
          { value: 'createdAt', label: 'Oldest first' },
        ]}
        value={search.sort ?? ''}
        onChange={set('sort')}
        allowDeselect={false}
        w={140}
      />
    </Group>
  )
}

function withOne(search: UserSearch, name: keyof UserSearch, value: string | null): UserSearch {
  const { [name]: _, ...others } = search
  return value ? ({ ...others, [name]: value } as UserSearch) : others
}
