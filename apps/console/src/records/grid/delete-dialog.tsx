import type { CollectionDefinition } from '@holdfast/contract'
import { Text } from '@mantine/core'
import { Confirm } from '../../ui/confirm'
import type { RowSelection } from './use-row-selection'

/** What is about to be deleted: a record by its id, or what is selected. */
export type Deleting = { readonly id: string } | 'selection'

interface DeleteDialogProps {
  readonly definition: CollectionDefinition
  readonly deleting: Deleting | undefined
  readonly selection: RowSelection
  onConfirm(deleting: Deleting): Promise<unknown>
  onClose(): void
}

/** Asks before records are deleted; where all that match are, the name of the collection must be typed. */
export function DeleteDialog({ definition, deleting, selection, onConfirm, onClose }: DeleteDialogProps) {
  const { name, trash } = definition
  const isSelection = deleting === 'selection'
  const isEverything = isSelection && selection.isEverything
  const count = isSelection ? selection.ids.size : 1
  return (
    <Confirm
      opened={deleting !== undefined}
      title={isEverything || count > 1 ? 'Delete the selected records' : 'Delete this record'}
      label="Delete"
      danger
      {...(isEverything && { typed: name })}
      onConfirm={async () => {
        if (deleting !== undefined) await onConfirm(deleting)
      }}
      onClose={onClose}
    >
      <Text>
        {isEverything && `Every record of ${name} that matches the filter is deleted. `}
        {count > 1 && `${count} records of ${name} are deleted. `}
        {trash ? 'They can be restored from the trash.' : 'This cannot be undone.'}
      </Text>
    </Confirm>
  )
}
