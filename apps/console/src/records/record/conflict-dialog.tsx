import type { CollectionDefinition } from '@holdfast/contract'
import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { Problem } from '../../ui/problem'
import { ConflictField, type Side } from './conflict-field'
import { type Changes, isSame, type StoredRecord } from './record-values'

interface ConflictDialogProps {
  readonly collection: CollectionDefinition
  /** The record as it was when the changes began. */
  readonly base: StoredRecord
  readonly mine: Changes
  /** The record as it is now. */
  readonly theirs: StoredRecord
  /** Saves what was chosen of mine over what is there now. */
  onSave(changes: Changes, theirs: StoredRecord): Promise<unknown>
  onClose(): void
}

/** Two changed a record at once: each field that either touched, side by side. Nothing is chosen where both touched it. */
export function ConflictDialog({ collection, base, mine, theirs, onSave, onClose }: ConflictDialogProps) {
  const fields = collection.fields.filter(({ name }) => name in mine || !isSame(base[name], theirs[name]))
  const [chosen, setChosen] = useState<{ readonly [field: string]: Side | undefined }>(() =>
    Object.fromEntries(fields.map(({ name }) => [name, begin(name, { base, mine, theirs })])),
  )
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const open = fields.filter(({ name }) => chosen[name] === undefined)
  const chooseAll = (side: Side) => setChosen(Object.fromEntries(fields.map(({ name }) => [name, side])))
  const save = async () => {
    setBusy(true)
    setError(undefined)
    const kept = Object.entries(mine).filter(([name]) => chosen[name] === 'mine' && !isSame(mine[name], theirs[name]))
    try {
      await onSave(Object.fromEntries(kept), theirs)
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Modal opened onClose={onClose} title="Somebody else saved this record first" size="xl">
      <Stack gap="md">
        <Text c="var(--hf-muted)">
          Choose what to keep, field by field. Fields that only one of you changed are chosen already.
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" onClick={() => chooseAll('mine')}>
            Keep all of mine
          </Button>
          <Button size="xs" variant="default" onClick={() => chooseAll('theirs')}>
            Keep all of theirs
          </Button>
        </Group>
        {fields.map((field) => (
          <ConflictField
            key={field.name}
            field={field}
            base={base[field.name]}
            mine={field.name in mine ? mine[field.name] : base[field.name]}
            theirs={theirs[field.name]}
            chosen={chosen[field.name]}
            onChoose={(side) => setChosen((old) => ({ ...old, [field.name]: side }))}
          />
        ))}
        {error !== undefined && <Problem error={error} />}
        <Group justify="flex-end" gap="xs">
          <Text size="sm" c="var(--hf-muted)" aria-live="polite">
            {open.length > 0 && `${open.length} to choose: ${open.map(({ name }) => name).join(', ')}`}
          </Text>
          <Button variant="default" onClick={onClose}>
            Go on editing
          </Button>
          <Button onClick={save} loading={isBusy} disabled={open.length > 0}>
            Save what I chose
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

type Sides = Pick<ConflictDialogProps, 'base' | 'mine' | 'theirs'>

/** Where only one of the two changed a field, or both to the same, there is nothing to decide. */
function begin(name: string, { base, mine, theirs }: Sides): Side | undefined {
  if (!(name in mine) || isSame(mine[name], theirs[name])) return 'theirs'
  return isSame(base[name], theirs[name]) ? 'mine' : undefined
}
