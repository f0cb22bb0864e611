import { type IndexDefinition, systemFields } from '@holdfast/contract'
import { ActionIcon, Button, Checkbox, Group, Select, Stack, Text, Tooltip } from '@mantine/core'
import { IconArrowDown, IconArrowUp, IconListNumbers, IconPlus, IconTrash, IconX } from '@tabler/icons-react'
import { EmptyState } from '../../ui/empty-state'
import { type DraftIndex, liveFields, liveIndexes, nameInIndex, newKey } from '../draft/draft'
import type { Editing } from './editing'
import classes from './indexes-tab.module.css'

/** Indexes over several fields; those over one are a tick at the field. */
export function IndexesTab({ draft, change, problems }: Editing) {
  const indexes = liveIndexes(draft)
  const names = [
    ...liveFields(draft)
      .map(({ field }) => field.name)
      .filter(Boolean),
    ...systemFields,
  ]
  const set = (key: string, index: IndexDefinition) => {
    problems.forget(key)
    change({ ...draft, indexes: draft.indexes.map((one) => (one.key === key ? { key, index } : one)) })
  }
  const remove = (key: string) => change({ ...draft, indexes: draft.indexes.filter((one) => one.key !== key) })
  const add = (
    <Button
      variant="light"
      leftSection={<IconPlus size={16} />}
      onClick={() => change({ ...draft, indexes: [...draft.indexes, { key: newKey(), index: { fields: [] } }] })}
      style={{ alignSelf: 'start' }}
    >
      Add index
    </Button>
  )
  if (indexes.length === 0)
    return (
      <EmptyState icon={IconListNumbers} title="No index over several fields" action={add}>
        One makes lists quick that filter by a field and sort by another. For a single field, tick Index at the field.
      </EmptyState>
    )
  return (
    <Stack gap="md">
      <ul className={classes.list} aria-label="Indexes">
        {indexes.map((entry, position) => (
          <IndexRow
            key={entry.key}
            entry={entry}
            number={position + 1}
            names={names}
            problem={problems.list.find(({ part }) => part === entry.key)?.message}
            onChange={(index) => set(entry.key, index)}
            onRemove={() => remove(entry.key)}
          />
        ))}
      </ul>
      {add}
    </Stack>
  )
}

interface IndexRowProps {
  readonly entry: DraftIndex
  readonly number: number
  readonly names: readonly string[]
  readonly problem: string | undefined
  onChange(index: IndexDefinition): void
  onRemove(): void
}

function IndexRow({ entry: { key, index }, number, names, problem, onChange, onRemove }: IndexRowProps) {
  const taken = new Set(index.fields.map(nameInIndex))
  const setFields = (fields: string[]) => onChange({ ...index, fields })
  return (
    <li className={classes.row} id={`part-${key}`} data-wrong={problem !== undefined || undefined}>
      <Group gap="xs" align="center">
        {index.fields.map((text) => (
          <IndexField
            key={text}
            text={text}
            onTurn={() =>
              setFields(
                index.fields.map((one) => (one !== text ? one : one.startsWith('-') ? one.slice(1) : `-${one}`)),
              )
            }
            onRemove={() => setFields(index.fields.filter((one) => one !== text))}
          />
        ))}
        <Select
          aria-label={`Add a field to index ${number}`}
          placeholder={index.fields.length === 0 ? 'First field' : 'Then by'}
          size="xs"
          w={150}
          data={names.filter((name) => !taken.has(name))}
          value={null}
          onChange={(name) => name && setFields([...index.fields, name])}
          searchable
        />
        <Group gap="md" ml="auto" wrap="nowrap">
          <Checkbox
            label="Unique"
            checked={index.unique ?? false}
            onChange={(event) => onChange({ ...index, unique: event.currentTarget.checked || undefined })}
          />
          <ActionIcon variant="subtle" color="red" onClick={onRemove} aria-label={`Remove index ${number}`}>
            <IconTrash size={16} />
          </ActionIcon>
        </Group>
      </Group>
      {problem && (
        <Text size="xs" c="var(--mantine-color-error)" role="alert" mt={4}>
          {problem}
        </Text>
      )}
    </li>
  )
}

function IndexField({ text, onTurn, onRemove }: { readonly text: string; onTurn(): void; onRemove(): void }) {
  const name = nameInIndex(text)
  const isDescending = text.startsWith('-')
  return (
    <span className={classes.field}>
      <Text span ff="monospace" size="sm">
        {name}
      </Text>
      <Tooltip label={isDescending ? 'Largest first' : 'Smallest first'}>
        <ActionIcon
          variant="subtle"
          color="gray"
          size="xs"
          onClick={onTurn}
          aria-label={`${name}: ${isDescending ? 'descending' : 'ascending'}, turn`}
        >
          {isDescending ? <IconArrowDown size={14} /> : <IconArrowUp size={14} />}
        </ActionIcon>
      </Tooltip>
      <ActionIcon variant="subtle" color="gray" size="xs" onClick={onRemove} aria-label={`Take ${name} out`}>
        <IconX size={14} />
      </ActionIcon>
    </span>
  )
}
