import { CloseButton, Group, NativeSelect, Pill, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useState } from 'react'
import type { RequestSearch } from './request-search'

interface RequestFiltersProps {
  readonly search: RequestSearch
  onChange(search: RequestSearch): void
}

/** Beside each other also on a phone. */
const part = { base: '1 1 100px', sm: '0 0 auto' }

const times = [100, 500, 1000, 5000]

/** What the list is narrowed by; what came by a link, such as a user, as a pill that can be taken away. */
export function RequestFilters({ search, onChange }: RequestFiltersProps) {
  const [path, setPath] = useState(search.path ?? '')
  const set = <Name extends keyof RequestSearch>(name: Name, value: RequestSearch[Name] | undefined) => {
    const { [name]: _, ...others } = search
    onChange(value === undefined ? others : { ...others, [name]: value })
  }
  const look = useDebouncedCallback((text: string) => set('path', text === '' ? undefined : text), 300)
  const change = (text: string) => {
    setPath(text)
    look(text)
  }
  return (
    <Group gap="xs" align="flex-end" flex="1 1 280px">
      <TextInput
        aria-label="Part of the path"
        placeholder="Part of the path"
        leftSection={<IconSearch size={14} />}
        rightSection={path !== '' && <CloseButton size="sm" aria-label="Clear the path" onClick={() => change('')} />}
        value={path}
        onChange={(event) => change(event.currentTarget.value)}
        w={{ base: '100%', sm: 240 }}
      />
      <NativeSelect
        aria-label="Method"
        flex={part}
        value={search.method ?? ''}
        onChange={(event) => set('method', event.currentTarget.value || undefined)}
        data={[{ value: '', label: 'Any method' }, 'GET', 'POST', 'PATCH', 'PUT', 'DELETE']}
      />
      <NativeSelect
        aria-label="Result"
        flex={part}
        value={search.result ?? ''}
        onChange={(event) =>
          set('result', event.currentTarget.value === '4' ? 4 : event.currentTarget.value === '5' ? 5 : undefined)
        }
        data={[
          { value: '', label: 'Any result' },
          { value: '4', label: 'Refused (4xx)' },
          { value: '5', label: 'Failed (5xx)' },
        ]}
      />
      <NativeSelect
        aria-label="Time"
        flex={part}
        value={search.minMs ?? ''}
        onChange={(event) => set('minMs', Number(event.currentTarget.value) || undefined)}
        data={[
          { value: '', label: 'Any time' },
          ...times.map((ms) => ({ value: String(ms), label: `Over ${ms.toLocaleString('en')} ms` })),
        ]}
      />
      {(['route', 'principalId', 'address'] as const).map(
        (name) =>
          search[name] !== undefined && (
            <Pill
              key={name}
              withRemoveButton
              size="md"
              maw={320}
              onRemove={() => set(name, undefined)}
              removeButtonProps={{
                'aria-label': `Take away the filter by ${words[name]}`,
                'aria-hidden': false,
                tabIndex: 0,
              }}
            >
              {words[name]}: {search[name]}
            </Pill>
          ),
      )}
    </Group>
  )
}

const words = { route: 'route', principalId: 'caller', address: 'address' } as const
