import { Loader, Select } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { usersQuery } from '../queries'
import { userLabel } from './user-label'

interface UserInputProps {
  readonly label: string
  readonly value: string | undefined
  onChange(id: string | undefined): void
}

/** Picks a user by a part of the address, the number or the name. */
export function UserInput({ label, value, onChange }: UserInputProps) {
  const [text, setText] = useState('')
  const [search] = useDebouncedValue(text.trim(), 250)
  const users = useInfiniteQuery(usersQuery(search === '' ? {} : { search }))
  const found = users.data?.pages.flatMap((page) => page.data) ?? []
  return (
    <Select
      label={label}
      placeholder="E-mail, phone, name or id"
      data={found.map((user) => ({ value: user.id, label: userLabel(user) }))}
      // The server has filtered: what it found by a phone number need not have the text in its label.
      filter={({ options }) => options}
      value={value ?? null}
      onChange={(id) => onChange(id ?? undefined)}
      onSearchChange={setText}
      searchable
      nothingFoundMessage={users.isFetching ? 'Looking…' : 'Nobody is like this'}
      rightSection={users.isFetching ? <Loader size={14} /> : undefined}
      data-autofocus
    />
  )
}
