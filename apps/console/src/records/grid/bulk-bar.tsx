import type { CollectionDefinition, FieldDefinition, Json } from '@holdfast/contract'
import { Button, CloseButton, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useState } from 'react'
import { Problem } from '../../ui/problem'
import { FieldInput } from '../fields/field-input'
import classes from './grid.module.css'
import type { RowSelection } from './use-row-selection'
import type { Total } from './use-total'

interface BulkBarProps {
  readonly definition: CollectionDefinition
  readonly selection: RowSelection
  readonly total: Total
  /** Whether "all that match" can be named by a filter: a search alone cannot. */
  readonly canSelectAll: boolean
  readonly readOnly: string | undefined
  onUpdate(changes: { readonly [field: string]: Json }): Promise<unknown>
  onDelete(): void
}

const number = new Intl.NumberFormat()

/** What can be done with the records that are selected. */
export function BulkBar({ definition, selection, total, canSelectAll, readOnly, onUpdate, onDelete }: BulkBarProps) {
  const [isEditing, setEditing] = useState(false)
  const { ids, isEverything } = selection
  const all =
    total.count === undefined ? 'All records' : `All ${total.isExact ? '' : 'about '}${number.format(total.count)}`
  return (
    <div className={classes.bulk} role="toolbar" aria-label="Selected records">
      <span aria-live="polite">{isEverything ? `${all} that match` : `${number.format(ids.size)} selected`}</span>
      {canSelectAll && !isEverything && (total.count ?? Number.POSITIVE_INFINITY) > ids.size && (
        <Button size="compact-xs" variant="subtle" onClick={selection.selectEverything}>
          Select all that match
        </Button>
      )}
      <Button
        size="compact-sm"
        variant="default"
        leftSection={<IconPencil size={14} />}
        disabled={readOnly !== undefined}
        title={readOnly}
        onClick={() => setEditing(true)}
      >
        Edit field
      </Button>
      <Button
        size="compact-sm"
        variant="light"
        color="red"
        leftSection={<IconTrash size={14} />}
        disabled={readOnly !== undefined}
        title={readOnly}
        onClick={onDelete}
      >
        Delete
      </Button>
      <CloseButton size="sm" aria-label="Clear selection" onClick={selection.clear} />
      <Modal opened={isEditing} onClose={() => setEditing(false)} title="Edit a field of the selected records">
        {isEditing && (
          <BulkEdit
            definition={definition}
            count={isEverything ? undefined : ids.size}
            onSave={async (changes) => {
              await onUpdate(changes)
              setEditing(false)
            }}
          />
        )}
      </Modal>
    </div>
  )
}

interface BulkEditProps {
  readonly definition: CollectionDefinition
  /** Undefined: all that the filter finds. */
  readonly count: number | undefined
  onSave(changes: { readonly [field: string]: Json }): Promise<void>
}

const canChange = ({ type, immutable, unique }: FieldDefinition): boolean =>
  type !== 'computed' && !immutable && !unique

function BulkEdit({ definition, count, onSave }: BulkEditProps) {
  const fields = definition.fields.filter(canChange)
  const [name, setName] = useState(fields[0]?.name ?? '')
  const field = fields.find((candidate) => candidate.name === name)
  const [value, setValue] = useState<Json>(null)
  const [problem, setProblem] = useState<string>()
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const save = async () => {
    setBusy(true)
    setError(undefined)
    try {
      await onSave({ [name]: value })
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  if (!field) return <Text>No field of this collection can be changed for many records at once.</Text>
  return (
    <Stack gap="md">
      <NativeSelect
        label="Field"
        value={name}
        data={fields.map((candidate) => candidate.name)}
        onChange={(event) => {
          setName(event.currentTarget.value)
          setValue(null)
        }}
        data-autofocus
      />
      <FieldInput
        key={name}
        field={field}
        value={value}
        label="New value"
        onChange={(next, wrong) => {
          setValue(next ?? null)
          setProblem(wrong)
        }}
        error={problem}
      />
      {error !== undefined && <Problem error={error} />}
      <Group justify="flex-end">
        <Button loading={isBusy} disabled={problem !== undefined} onClick={save}>
          {count === undefined
            ? 'Change all that match'
            : `Change ${number.format(count)} ${count === 1 ? 'record' : 'records'}`}
        </Button>
      </Group>
    </Stack>
  )
}
