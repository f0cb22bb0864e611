import { Select } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { serviceAccountsQuery } from '../queries'

interface ServiceAccountInputProps {
  readonly value: string
  onChange(id: string): void
}

/** Picks one of the service accounts. */
export function ServiceAccountInput({ value, onChange }: ServiceAccountInputProps) {
  const { data } = useInfiniteQuery(serviceAccountsQuery)
  const accounts = data?.pages.flatMap((page) => page.data) ?? []
  return (
    <Select
      label="Service account"
      description="Rules see it as a user: $user.id, and createdBy of what it writes."
      placeholder={accounts.length === 0 ? 'Make a service account first' : 'Choose one'}
      data={accounts.map(({ id, name }) => ({ value: id, label: name }))}
      value={value || null}
      onChange={(id) => onChange(id ?? '')}
      searchable
      required
    />
  )
}
