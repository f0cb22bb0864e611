import type { ApiKeyWithSecret } from '@holdfast/contract'
import { Select } from '@mantine/core'
import { useState } from 'react'
import { client } from '../../client/client'
import { FormDialog } from '../../ui/form-dialog'

interface RotateDialogProps {
  readonly id: string
  onRotated(key: ApiKeyWithSecret): Promise<void>
  onClose(): void
}

/** Another secret, with time to change over. */
export function RotateDialog({ id, onRotated, onClose }: RotateDialogProps) {
  const [overlap, setOverlap] = useState('86400')
  const rotate = async () => onRotated(await client.admin.apiKeys.rotate(id, { overlapSeconds: Number(overlap) }))
  return (
    <FormDialog opened title="Make a new secret" label="Make new secret" onSubmit={rotate} onClose={onClose}>
      <Select
        label="The present secret"
        description="Both work until then, so that programs can change over."
        data={[
          { value: '0', label: 'Ends at once' },
          { value: '3600', label: 'Is good for another hour' },
          { value: '86400', label: 'Is good for another day' },
          { value: '604800', label: 'Is good for another week' },
        ]}
        value={overlap}
        onChange={(value) => setOverlap(value ?? '0')}
        allowDeselect={false}
      />
    </FormDialog>
  )
}
