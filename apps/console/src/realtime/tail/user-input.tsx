import { Loader, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { useEffect, useState } from 'react'
import { client } from '../../client/client'

interface UserInputProps {
  /** The id of a user. */
  readonly by: string | undefined
  onChange(by: string | undefined): void
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

const addressQuery = (address: string) =>
  queryOptions({
    queryKey: ['users', 'by address', address.toLowerCase()],
    queryFn: async ({ signal }) => {
      const { data } = await client.admin.users.list({ search: address, limit: 20, signal })
      return data.find(({ email }) => email?.toLowerCase() === address.toLowerCase())?.id ?? null
    },
    enabled: address.includes('@'),
    staleTime: 30_000,
  })

/** A user by id or e-mail address. The address of the page keeps the id, which tells nobody who it is. */
export function UserInput({ by, onChange }: UserInputProps) {
  const [text, setText] = useState(by ?? '')
  const [address] = useDebouncedValue(text.trim(), 300)
  const found = useQuery(addressQuery(address))
  const id = address.includes('@') && address === text.trim() ? found.data : undefined
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each answer; the rest is new with every change of the page
  useEffect(() => {
    if (id && id !== by) onChange(id)
  }, [id])
  return (
    <TextInput
      aria-label="User"
      placeholder="E-mail or id of a user"
      value={text}
      error={id === null ? 'Nobody has this address' : found.isError ? 'The users could not be asked' : undefined}
      rightSection={found.isFetching && address.includes('@') ? <Loader size="xs" /> : undefined}
      onChange={(event) => {
        const next = event.currentTarget.value
        setText(next)
        const known = uuid.test(next.trim()) ? next.trim().toLowerCase() : undefined
        if (known !== by) onChange(known)
      }}
    />
  )
}
