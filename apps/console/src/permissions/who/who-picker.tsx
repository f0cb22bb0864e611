import type { ViewTarget } from '@holdfast/sdk/admin'
import { MultiSelect, SegmentedControl, Select, Stack, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { apiKeysQuery, foundUsersQuery, roleNamesQuery, teamsOfQuery, userName } from './who-queries'

type Kind = 'user' | 'role' | 'key' | 'public'

interface WhoPickerProps {
  readonly value: ViewTarget | undefined
  onChange(value: ViewTarget | undefined): void
  /** Only one role at a time. */
  readonly oneRole?: boolean
}

const kindOf = (target: ViewTarget | undefined): Kind => {
  if (target === undefined) return 'user'
  if (target === 'public') return 'public'
  if ('user' in target) return 'user'
  return 'roles' in target ? 'role' : 'key'
}

/** Somebody: a user, whoever has roles, an API key, or anybody. */
export function WhoPicker({ value, onChange, oneRole = false }: WhoPickerProps) {
  const [kind, setKind] = useState(() => kindOf(value))
  const pick = (next: Kind) => {
    setKind(next)
    onChange(next === 'public' ? 'public' : undefined)
  }
  return (
    <Stack gap="sm">
      <SegmentedControl
        fullWidth
        size="xs"
        value={kind}
        onChange={(next) => pick(next as Kind)}
        aria-label="Who"
        data={[
          { value: 'user', label: 'User' },
          { value: 'role', label: 'Role' },
          { value: 'key', label: 'API key' },
          { value: 'public', label: 'Anybody' },
        ]}
      />
      {kind === 'user' && <UserPicker value={value} onChange={onChange} />}
      {kind === 'role' && <RolePicker value={value} onChange={onChange} one={oneRole} />}
      {kind === 'key' && <KeyPicker value={value} onChange={onChange} />}
      {kind === 'public' && (
        <Text size="sm" c="var(--hf-muted)">
          Whoever is not signed in: what the rules of the role public open.
        </Text>
      )}
    </Stack>
  )
}

type PickerProps = Pick<WhoPickerProps, 'value' | 'onChange'>

function UserPicker({ value, onChange }: PickerProps) {
  const user = typeof value === 'object' && 'user' in value ? value : undefined
  const [search, setSearch] = useState('')
  const [asked] = useDebouncedValue(search, 200)
  const { data = [] } = useQuery(foundUsersQuery(asked.includes(' · ') ? '' : asked))
  const options = data.map((found) => ({
    value: found.id,
    label: [userName(found), ...found.roles, ...(found.disabled ? ['disabled'] : [])].join(' · '),
    disabled: found.disabled,
  }))
  const known = !user || options.some((option) => option.value === user.user)
  return (
    <>
      <Select
        label="User"
        placeholder="Part of an address or a name"
        searchable
        clearable
        data={known ? options : [{ value: user.user, label: user.user, disabled: false }, ...options]}
        value={user?.user ?? null}
        onChange={(id) => onChange(id ? { user: id } : undefined)}
        onSearchChange={setSearch}
        filter={({ options: all }) => all}
        nothingFoundMessage="Nobody is called so"
        data-autofocus
      />
      {user && <TeamPicker user={user.user} team={user.team} onChange={onChange} />}
    </>
  )
}

function TeamPicker({
  user,
  team,
  onChange,
}: { user: string; team: string | undefined } & Pick<PickerProps, 'onChange'>) {
  const { data = [] } = useQuery(teamsOfQuery(user))
  if (data.length === 0) return null
  return (
    <Select
      label="In the team"
      placeholder="In no team"
      clearable
      data={data.map(({ id, roles }) => ({ value: id, label: `${id} · ${roles.join(', ')}` }))}
      value={team ?? null}
      onChange={(next) => onChange({ user, ...(next && { team: next }) })}
    />
  )
}

function RolePicker({ value, onChange, one }: PickerProps & { readonly one: boolean }) {
  const { data = [] } = useQuery(roleNamesQuery)
  const picked = typeof value === 'object' && 'roles' in value ? value.roles : []
  const options = ['user', ...data]
  if (one)
    return (
      <Select
        label="Role"
        placeholder="user is everybody who is signed in"
        searchable
        data={options}
        value={picked[0] ?? null}
        onChange={(role) => onChange(role ? { roles: [role] } : undefined)}
        data-autofocus
      />
    )
  return (
    <MultiSelect
      label="Roles"
      placeholder={picked.length === 0 ? 'user is everybody who is signed in' : ''}
      searchable
      data={options}
      value={[...picked]}
      onChange={(roles) => onChange(roles.length > 0 ? { roles } : undefined)}
      data-autofocus
    />
  )
}

function KeyPicker({ value, onChange }: PickerProps) {
  const { data = [] } = useQuery(apiKeysQuery)
  return (
    <Select
      label="API key"
      placeholder={data.length === 0 ? 'There are no API keys' : 'Name of the key'}
      searchable
      data={data.map(({ id, name }) => ({ value: id, label: name }))}
      value={typeof value === 'object' && 'apiKey' in value ? value.apiKey : null}
      onChange={(id) => onChange(id ? { apiKey: id } : undefined)}
      data-autofocus
    />
  )
}
