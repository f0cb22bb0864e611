import { useSortable } from '@dnd-kit/sortable'
import { CSS } from '@dnd-kit/utilities'
import type { FieldDefinition } from '@holdfast/contract'
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
import { type KeyboardEvent, memo } from 'react'
import { changeField, moveField, removeField, restoreField } from '../draft/change-draft'
import type { Draft, DraftField } from '../draft/draft'
import { FieldForm } from '../fields/field-form'
import { fieldTypeInfo } from '../fields/field-types'
import { traitsOf } from '../fields/traits-of'
import type { Editing } from './editing'
import classes from './field-row.module.css'

interface FieldRowProps {
  readonly entry: DraftField
  readonly index: number
  readonly isLast: boolean
  /** The field as the server has it. */
  readonly before: FieldDefinition | undefined
  /** Sign-in needs it as it is. */
  readonly isBuiltIn: boolean
  /** It was added just now: whoever added it goes on with its name. */
  readonly isFresh: boolean
  readonly isWrong: boolean
  readonly wrongName: string | undefined
  /** What the form of the field works with, while it is open. */
  readonly opened: Editing | undefined
  act(step: (draft: Draft) => Draft): void
  forget(key: string): void
  onOpen(key: string, isOpen: boolean): void
  onDuplicate(key: string): void
}

/** One field in a line; opened, everything about it. Drawn again only when something of it changes. */
export const FieldRow = memo((props: FieldRowProps) => {
  const {
    entry,
    index,
    isLast,
    before,
    isBuiltIn,
    isFresh,
    isWrong,
    wrongName,
    opened,
    act,
    forget,
    onOpen,
    onDuplicate,
  } = props
  const { key, field, removed } = entry
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } = useSortable({
    id: key,
  })
  const { icon: Icon, label } = fieldTypeInfo[field.type]
  const called = field.name || 'new field'
  const isOpen = opened !== undefined
  const edit = (patch: Partial<typeof field>) => {
    forget(key)
    act((draft) => changeField(draft, key, patch))
  }
  const move = (to: number) => act((draft) => moveField(draft, key, to))
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
            onClick={() => act((draft) => restoreField(draft, key))}
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
      data-wrong={isWrong || undefined}
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
          onClick={() => onOpen(key, !isOpen)}
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
            <Menu.Item leftSection={<IconArrowDown size={16} />} disabled={isLast} onClick={() => move(index + 1)}>
              Move down
            </Menu.Item>
            <Menu.Item leftSection={<IconCopy size={16} />} onClick={() => onDuplicate(key)}>
              Duplicate
            </Menu.Item>
            <Menu.Item
              color="red"
              leftSection={<IconTrash size={16} />}
              disabled={isBuiltIn}
              onClick={() => act((draft) => removeField(draft, key))}
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
      {opened && (
        <FieldForm
          field={field}
          onChange={edit}
          problemOf={(name) => opened.problems.of(key, name)}
          draft={opened.draft}
          collections={opened.all}
        />
      )}
    </li>
  )
})
