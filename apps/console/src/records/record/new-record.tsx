import type { CollectionDefinition } from '@holdfast/contract'
import { Button, Stack, Title } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { useRef, useState } from 'react'
import { useReadOnlyReason } from '../../client/view-as'
import { notify } from '../../ui/notify'
import { Problem } from '../../ui/problem'
import { FieldInput } from '../fields/field-input'
import { parseGridSearch } from '../grid/grid-search'
import { CreateRelatedForms } from './create-related'
import { DrawerHead } from './drawer-head'
import classes from './record.module.css'
import { useCloseDrawer } from './record-drawer'
import { RecordFields } from './record-fields'
import { useRecordWrites } from './record-queries'
import type { Changes } from './record-values'
import { UnsavedGuard } from './unsaved-guard'
import { useRecordForm } from './use-record-form'

interface NewRecordProps {
  readonly collection: CollectionDefinition
  readonly initial: Changes
}

const idField = { name: 'id', type: 'uuid', description: 'Leave it empty and the server makes one.' } as const

export function NewRecord({ collection, initial }: NewRecordProps) {
  const form = useRecordForm(undefined, initial)
  const readOnly = useReadOnlyReason()
  const { create } = useRecordWrites(collection.name)
  const navigate = useNavigate()
  const close = useCloseDrawer(collection.name)
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  const isSaved = useRef(false)
  const hasProblems = Object.keys(form.problems).length > 0
  const save = async (another: boolean) => {
    if (readOnly || isBusy || hasProblems) return
    setBusy(true)
    setError(undefined)
    try {
      const record = await create(withoutNullId(form.changes))
      notify('Record created')
      form.adopt(undefined)
      if (another) return
      isSaved.current = true
      const params = { collection: collection.name, id: record.id }
      await navigate({ to: '/data/$collection/$id', params, search: (old) => parseGridSearch(old) })
    } catch (failure) {
      if (!form.refuse(failure, [...collection.fields, idField])) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  useHotkeys(
    [
      ['mod+S', () => void save(false)],
      ['mod+Enter', () => void save(true)],
    ],
    [],
  )
  return (
    <CreateRelatedForms>
      <DrawerHead onClose={close}>
        <Title order={2}>New record of {collection.name}</Title>
      </DrawerHead>
      <div className={classes.panel}>
        <Stack gap="md">
          {error !== undefined && <Problem error={error} />}
          <RecordFields collection={collection} form={form} autoFocus />
          <FieldInput
            key={form.generation}
            field={idField}
            creating
            value={form.valueOf('id')}
            error={form.errors['id']}
            onChange={(value, problem) => form.set('id', value ?? undefined, problem)}
          />
        </Stack>
      </div>
      <footer className={classes.foot}>
        <Button
          onClick={() => save(false)}
          loading={isBusy}
          disabled={readOnly !== undefined || hasProblems}
          title={readOnly ?? 'Ctrl+S'}
        >
          Create
        </Button>
        <Button
          variant="default"
          onClick={() => save(true)}
          disabled={readOnly !== undefined || hasProblems || isBusy}
          title="Ctrl+Enter"
        >
          Create and add another
        </Button>
      </footer>
      <UnsavedGuard isDirty={() => form.isDirty && !isSaved.current} />
    </CreateRelatedForms>
  )
}

const withoutNullId = ({ id, ...values }: Changes): Changes => (id ? { id, ...values } : values)
