import { Button, Group, Modal, Stack } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { labelFieldOf, labelOf } from '../../client/record-fields'
import { Problem } from '../../ui/problem'
import { CreateRelated, type RelatedRequest } from '../fields/create-related'
import { RecordFields } from './record-fields'
import { useCollection, useRecordWrites } from './record-queries'
import { useRecordForm } from './use-record-form'

/** Lets the pickers inside open a form for the record they should point at. Forms in it open further ones. */
export function CreateRelatedForms({ children }: { readonly children: ReactNode }) {
  const [request, setRequest] = useState<RelatedRequest>()
  return (
    <CreateRelated value={setRequest}>
      {children}
      <Modal
        opened={request !== undefined}
        onClose={() => setRequest(undefined)}
        title={`New record of ${request?.collection ?? ''}`}
        size="lg"
        closeOnClickOutside={false}
      >
        {request && <RelatedForm request={request} onClose={() => setRequest(undefined)} />}
      </Modal>
    </CreateRelated>
  )
}

function RelatedForm({ request, onClose }: { readonly request: RelatedRequest; onClose(): void }) {
  const collection = useCollection(request.collection)
  const name = collection && labelFieldOf(collection)?.name
  const form = useRecordForm(undefined, name && request.text ? { [name]: request.text } : {})
  const { create } = useRecordWrites(request.collection)
  const [error, setError] = useState<unknown>()
  const [isBusy, setBusy] = useState(false)
  if (!collection) return null
  const save = async () => {
    setBusy(true)
    setError(undefined)
    try {
      const record = await create(form.changes)
      onClose()
      request.onCreated({ id: record.id, label: labelOf(record, name) })
    } catch (failure) {
      if (!form.refuse(failure, collection.fields)) setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <CreateRelatedForms>
      <Stack>
        <RecordFields collection={collection} form={form} autoFocus />
        {error !== undefined && <Problem error={error} />}
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button onClick={save} loading={isBusy} disabled={Object.keys(form.problems).length > 0}>
            Create and choose
          </Button>
        </Group>
      </Stack>
    </CreateRelatedForms>
  )
}
