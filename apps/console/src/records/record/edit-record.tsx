import type { CollectionDefinition } from '@holdfast/contract'
import { HoldfastError } from '@holdfast/sdk'
import { Button, Stack, Text } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useState } from 'react'
import { useReadOnlyReason } from '../../client/view-as'
import { ViewedFields } from '../../permissions/view-as/viewed-fields'
import { notify } from '../../ui/notify'
import { Problem } from '../../ui/problem'
import { ConflictDialog } from './conflict-dialog'
import { NewerBanner } from './newer-banner'
import classes from './record.module.css'
import { RecordFields } from './record-fields'
import { useRecordWrites } from './record-queries'
import type { Changes, StoredRecord } from './record-values'
import { SystemValues } from './system-values'
import { UnsavedGuard } from './unsaved-guard'
import { useNewer } from './use-newer'
import { useRecordForm } from './use-record-form'

interface EditRecordProps {
  readonly collection: CollectionDefinition
  readonly record: StoredRecord
  /** Leads to the next record of the list; undefined at its end. */
  readonly onNext?: (() => void) | undefined
}

/** The form of a record. It writes what was changed, and only over the version it was changed in. */
export function EditRecord({ collection, record, onNext }: EditRecordProps) {
  const form = useRecordForm(record)
  const readOnly = useReadOnlyReason()
  const { keep, update } = useRecordWrites(collection.name)
  const [error, setError] = useState<unknown>()
  const [theirs, setTheirs] = useState<StoredRecord>()
  const [isBusy, setBusy] = useState(false)
  const newer = useNewer(collection, record.id, form.base?.version)
  const count = Object.keys(form.changes).length
  const hasProblems = Object.keys(form.problems).length > 0
  const write = async (changes: Changes, version: number | undefined) => {
    if (Object.keys(changes).length === 0) return form.adopt(theirs)
    form.adopt(await update(record.id, changes, version))
    notify('Saved')
  }
  const save = async (after?: () => void) => {
    if (readOnly || isBusy || hasProblems || count === 0) return
    setBusy(true)
    setError(undefined)
    try {
      await write(form.changes, form.base?.version)
      after?.()
    } catch (failure) {
      const current = currentOf(failure)
      if (current) setTheirs(current)
      else if (!form.refuse(failure, collection.fields)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  useHotkeys(
    [
      ['mod+S', () => void save()],
      ['mod+Enter', () => void save(onNext)],
    ],
    [],
  )
  return (
    <>
      {newer && !isBusy && (
        <NewerBanner
          newer={newer}
          isDirty={form.isDirty}
          onShow={() => (form.isDirty ? setTheirs(newer.record) : newer.record && keep(newer.record))}
        />
      )}
      <div className={classes.panel}>
        <Stack gap="md">
          {error !== undefined && <Problem error={error} />}
          <ViewedFields collection={collection} record={record}>
            {(shown) => <RecordFields collection={shown} form={form} />}
          </ViewedFields>
        </Stack>
        <SystemValues record={record} />
      </div>
      <footer className={classes.foot}>
        <Button
          onClick={() => save()}
          loading={isBusy}
          disabled={readOnly !== undefined || count === 0 || hasProblems}
          title={readOnly ?? 'Ctrl+S'}
        >
          Save
        </Button>
        {onNext && (
          <Button
            variant="default"
            onClick={() => save(onNext)}
            disabled={readOnly !== undefined || count === 0 || hasProblems || isBusy}
            title="Ctrl+Enter"
          >
            Save and next
          </Button>
        )}
        {form.isDirty && (
          <Button variant="subtle" color="gray" onClick={form.discard}>
            Discard
          </Button>
        )}
        <Text size="sm" c="var(--hf-muted)" ml="auto" aria-live="polite">
          {readOnly ?? (count > 0 && `${count} changed ${count === 1 ? 'field' : 'fields'}`)}
        </Text>
      </footer>
      {theirs && form.base && (
        <ConflictDialog
          collection={collection}
          base={form.base}
          mine={form.changes}
          theirs={theirs}
          onSave={async (changes, { version }) => {
            await write(changes, version)
            setTheirs(undefined)
          }}
          onClose={() => setTheirs(undefined)}
        />
      )}
      <UnsavedGuard isDirty={() => form.isDirty && !isBusy} />
    </>
  )
}

/** The record as it is now, which the answer to a late save carries. */
export function currentOf(error: unknown): StoredRecord | undefined {
  const isConflict = error instanceof HoldfastError && error.code === 'version_conflict'
  return isConflict ? (error.problem['current'] as StoredRecord | undefined) : undefined
}
