import type { CollectionDefinition } from '@holdfast/contract'
import { ActionIcon, Badge, Button, Group, NativeSelect, Popover, Stack, Text } from '@mantine/core'
import { IconArrowsSort, IconTrash } from '@tabler/icons-react'
import { fieldsOf } from '../../client/record-fields'
import { isSortable } from './grid-columns'

interface SortMenuProps {
  readonly definition: CollectionDefinition
  readonly sort: readonly string[]
  onChange(sort: string[]): void
}

/** The order of the records, key by key. Clicking the head of a column does the same for one. */
export function SortMenu({ definition, sort, onChange }: SortMenuProps) {
  const names = fieldsOf(definition)
    .filter(isSortable)
    .map(({ name }) => name)
  const nameOf = (key: string) => key.replace(/^-/, '')
  const free = names.filter((name) => !sort.some((key) => nameOf(key) === name))
  return (
    <Popover position="bottom-start" width={320} trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconArrowsSort size={14} />}
          rightSection={sort.length > 0 && <Badge size="sm">{sort.length}</Badge>}
        >
          Sort
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="sm">
        <Stack gap={6}>
          {sort.length === 0 && (
            <Text size="sm" c="var(--hf-muted)">
              In the order they were made.
            </Text>
          )}
          {sort.map((key, place) => (
            <Group key={key} gap={6} wrap="nowrap">
              <NativeSelect
                size="xs"
                flex={1}
                aria-label={`Field ${place + 1}`}
                value={nameOf(key)}
                data={[nameOf(key), ...free]}
                onChange={({ currentTarget }) =>
                  onChange(sort.with(place, (key.startsWith('-') ? '-' : '') + currentTarget.value))
                }
              />
              <NativeSelect
                size="xs"
                w={116}
                aria-label={`Direction ${place + 1}`}
                value={key.startsWith('-') ? '-' : ''}
                data={[
                  { value: '', label: 'Ascending' },
                  { value: '-', label: 'Descending' },
                ]}
                onChange={({ currentTarget }) => onChange(sort.with(place, currentTarget.value + nameOf(key)))}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Do not sort by ${nameOf(key)}`}
                onClick={() => onChange(sort.filter((other) => other !== key))}
              >
                <IconTrash size={14} />
              </ActionIcon>
            </Group>
          ))}
          {free.length > 0 && sort.length < 7 && (
            <Button
              size="compact-xs"
              variant="subtle"
              style={{ alignSelf: 'flex-start' }}
              onClick={() => onChange([...sort, free[0]!])}
              data-autofocus
            >
              Sort by one more field
            </Button>
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  )
}
