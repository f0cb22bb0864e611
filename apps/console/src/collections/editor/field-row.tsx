import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import { ActionIcon, Badge, Button, Group, Menu, Text, TextInput, Tooltip } from '@mantine/core'
import {
  IconArrowBackUp,
  IconArrowDown,
  IconArrowUp,
  IconChevronDown,
  IconCopy,
  IconDots,
  IconGripVertical,
  IconTrash,
} from '@tabler/icons-react'
import type { KeyboardEvent } from 'react'
import { changeField, moveField, removeField, restoreField } from '../draft/change-draft'
import type { DraftField } from '../draft/draft'
import { nameProblem } from '../draft/name-problem'
import { FieldForm } from '../fields/field-form'
import { fieldTypeInfo } from '../fields/field-types'
import { traitsOf } from '../fields/traits-of'
import type { Editing } from './editing'
import classes from './field-row.module.css'

interface FieldRowProps extends Editing {
  readonly entry: DraftField
  readonly index: number
  readonly isOpen: boolean
  /** It was added just now: whoever added it goes on with its name. */
  readonly isFresh: boolean
  onOpen(isOpen: boolean): void
  onDuplicate(): void
}

/** One field in a line; opened, everything about it. */
export function FieldRow({ entry, index, isOpen, isFresh, onOpen, onDuplicate, ...editing }: FieldRowProps) {
  const { draft, change, problems, base } = editing
  const { key, field, removed } = entry
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id: key,
  })
  const { icon: Icon, label } = fieldTypeInfo[field.type]
  const called = field.name || 'new field'
  const wrongName = problems.of(key, 'name') ?? nameProblem(entry, draft)
  const before = base.fields.find(({ id }) => id !== undefined && id === field.id)
  const isBuiltIn = base.name === 'users' && before?.name === 'email'
  const edit = (patch: Partial<typeof field>) => {
    problems.forget(key)
    change(changeField(draft, key, patch))
  }
  const move = (to: number) => change(moveField(draft, key, to))
  const moveByKey = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : 0
    if (!event.altKey || step === 0) return
    event.preventDefault()
    move(index + step)
  }
  const grip = (
    <ActionIcon
      ref={setActivatorNodeRef}
      variant="subtle"
      color="gray"
      size="sm"
      className={classes.grip!}
      {...attributes}
      {...listeners}
      aria-label={`Move ${called}`}
    >
      <IconGripVertical size={16} />
    </ActionIcon>
  )
  if (removed)
    return (
      <li
        ref={setNodeRef}
        id={`part-${key}`}
        className={classes.row}
        data-removed
        style={{ transform: CSS.Translate.toString(transform), transition }}
      >
        <Group gap="xs" wrap="nowrap" className={classes.line!}>
          {grip}
          <IconTrash size={16} className={classes.icon} aria-hidden />
          <Text ff="monospace" size="sm" td="line-through" truncate>
            {called}
          </Text>
          <Text size="xs" c="var(--hf-muted)">
            is deleted with its values
          </Text>
          <Button
            ml="auto"
            size="compact-sm"
            variant="default"
            leftSection={<IconArrowBackUp size={14} />}
            onClick={() => change(restoreField(draft, key))}
            aria-label={`Keep ${called}`}
          >
            Keep
          </Button>
        </Group>
      </li>
    )
  return (
    <li
      ref={setNodeRef}
      id={`part-${key}`}
      className={classes.row}
      data-dragging={isDragging || undefined}
      data-wrong={problems.partsWith().has(key) || undefined}
      style={{ transform: CSS.Translate.toString(transform), transition }}
      onKeyDown={moveByKey}
    >
      <Group gap="xs" wrap="nowrap" className={classes.line!}>
        {grip}
        <Tooltip label={label}>
          <Icon size={18} stroke={1.6} className={classes.icon} aria-hidden />
        </Tooltip>
        <TextInput
          variant="unstyled"
          aria-label={`Name of ${called}`}
          placeholder="name"
          value={field.name}
          onChange={(event) => edit({ name: event.currentTarget.value })}
          error={wrongName !== undefined}
          classNames={{ input: classes.name!, root: classes.nameRoot! }}
          autoComplete="off"
          spellCheck={false}
          autoFocus={isFresh}
          readOnly={isBuiltIn}
          data-1p-ignore
        />
        <Group gap={4} className={classes.traits!} wrap="nowrap">
          {isBuiltIn && <Badge color="gray">built in</Badge>}
          {!before && <Badge color="teal">New</Badge>}
          {before && before.name !== field.name && <Badge color="yellow">Was {before.name}</Badge>}
          {traitsOf(field).map((trait) => (
            <Badge key={trait} color="gray" maw={180}>
              {trait}
            </Badge>
          ))}
        </Group>
        <Text size="xs" className={classes.type!}>
          {label}
        </Text>
        <ActionIcon
          variant="subtle"
          color="gray"
          onClick={() => onOpen(!isOpen)}
          aria-expanded={isOpen}
          aria-label={isOpen ? `Close ${called}` : `Open ${called}`}
        >
          <IconChevronDown size={16} className={classes.chevron} data-opened={isOpen || undefined} />
        </ActionIcon>
        <Menu position="bottom-end">
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={`More for ${called}`}>
              <IconDots size={16} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item leftSection={<IconArrowUp size={16} />} disabled={index === 0} onClick={() => move(index - 1)}>
              Move up
            </Menu.Item>
            <Menu.Item
              leftSection={<IconArrowDown size={16} />}
              disabled={index === draft.fields.length - 1}
              onClick={() => move(index + 1)}
            >
              Move down
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={16} />} onClick={onDuplicate}>
              Duplicate
            </Menu.Item>
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              disabled={isBuiltIn}
              onClick={() => change(removeField(draft, key))}
            >
              Delete
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </Group>
      {wrongName && (
        <Text size="xs" className={classes.problem!} role="alert">
          {wrongName}
        </Text>
      )}
      {isOpen && (
        <FieldForm
          field={field}
          onChange={edit}
          problemOf={(name) => problems.of(key, name)}
          draft={draft}
          collections={editing.all}
        />
      )}
    </li>
  )
}
