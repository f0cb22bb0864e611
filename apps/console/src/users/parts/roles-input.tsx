import { MultiSelect, type MultiSelectProps } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { rolesQuery } from '../queries'

interface RolesInputProps extends Omit<MultiSelectProps, 'data' | 'value' | 'onChange'> {
  readonly value: readonly string[]
  onChange(roles: string[]): void
}

/** Picks of the roles there are. */
export function RolesInput({ value, onChange, label = 'Roles', ...props }: RolesInputProps) {
  const { data = [] } = useQuery(rolesQuery)
  const names = [...new Set([...data.map(({ name }) => name), ...value])]
  return (
    <MultiSelect
      label={label}
      data={names}
      value={[...value]}
      onChange={onChange}
      searchable
      clearable
      nothingFoundMessage="There is no such role"
      {...(value.length === 0 && { placeholder: 'None' })}
      {...props}
    />
  )
}
