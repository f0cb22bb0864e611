import type { CollectionDefinition } from '@holdfast/contract'
import { ActionIcon, Button, Checkbox, Divider, Group, NumberInput, Popover, Switch, TextInput } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconColumns3 } from '@tabler/icons-react'
import { useState } from 'react'
import { fieldsOf } from '../../client/record-fields'
import classes from './grid.module.css'
import { defaultColumnNames, type GridColumn, maxWidth, minWidth } from './grid-columns'

interface ColumnsMenuProps {
  readonly definition: CollectionDefinition
  readonly columns: readonly GridColumn[]
  readonly isPinned: boolean
  onChange(names: string[]): void
  onResize(name: string, width: number): void
  onPin(pinned: boolean): void
}

/** Which fields are shown, in which order and how wide. */
export function ColumnsMenu({ definition, columns, isPinned, onChange, onResize, onPin }: ColumnsMenuProps) {
  const [wanted, setWanted] = useState('')
  const shown = columns.map(({ field }) => field.name)
  const others = fieldsOf(definition)
    .map(({ name }) => name)
    .filter((name) => !shown.includes(name))
  const fits = (name: string) => name.toLowerCase().includes(wanted.toLowerCase())
  const swap = (place: number, by: number) =>
    onChange(shown.with(place, shown[place + by]!).with(place + by, shown[place]!))
  return (
    <Popover position="bottom-end" width={340} trapFocus>
      <Popover.Target>
        <Button variant="default" size="xs" leftSection={<IconColumns3 size={14} />}>
          Columns
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs">
        <TextInput
          size="xs"
          placeholder="Find a field"
          aria-label="Find a field"
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
          data-autofocus
          mb={6}
        />
        <div className={classes.columnList}>
          {columns.map(({ field: { name }, width }, place) =>
            fits(name) ? (
              <div key={name} className={classes.columnItem}>
                <Checkbox
                  size="xs"
                  label={name}
                  checked
                  disabled={shown.length === 1}
                  onChange={() => onChange(shown.filter((other) => other !== name))}
                />
                <NumberInput
                  size="xs"
                  w={58}
                  hideControls
                  allowDecimal={false}
                  step={20}
                  min={minWidth}
                  max={maxWidth}
                  value={width}
                  onChange={(next) => {
                    if (typeof next === 'number' && next >= minWidth && next <= maxWidth) onResize(name, next)
                  }}
                  aria-label={`Width of ${name}`}
                  title="Width: arrow up and down change it"
                />
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  disabled={place === 0}
                  onClick={() => swap(place, -1)}
                  aria-label={`Move ${name} to the left`}
                >
                  <IconArrowUp size={13} />
                </ActionIcon>
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size="sm"
                  disabled={place === shown.length - 1}
                  onClick={() => swap(place, 1)}
                  aria-label={`Move ${name} to the right`}
                >
                  <IconArrowDown size={13} />
                </ActionIcon>
              </div>
            ) : null,
          )}
          {others.filter(fits).map((name) => (
            <div key={name} className={classes.columnItem}>
              <Checkbox size="xs" label={name} checked={false} onChange={() => onChange([...shown, name])} />
            </div>
          ))}
        </div>
        <Divider my={8} />
        <Group justify="space-between" px={4}>
          <Switch
            size="xs"
            label="Pin the first"
            checked={isPinned}
            onChange={(event) => onPin(event.currentTarget.checked)}
          />
          <Button
            size="compact-xs"
            variant="subtle"
            color="gray"
            onClick={() => onChange(defaultColumnNames(definition))}
          >
            Reset
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  )
}
