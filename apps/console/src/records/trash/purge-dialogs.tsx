import { Text } from '@mantine/core'
import { Confirm } from '../../ui/confirm'
import { notify } from '../../ui/notify'
import { countsText, type Trashed, useTrashWrites } from './trash-queries'

interface PurgeRecordProps {
  readonly collection: string
  readonly trashed: Trashed
  readonly name: string
  onClose(): void
}

/** Forgets one deleted record for good. */
export function PurgeRecord({ collection, trashed, name, onClose }: PurgeRecordProps) {
  const { purge } = useTrashWrites(collection)
  return (
    <Confirm
      opened
      danger
      title={`Purge ${name.slice(0, 80)}?`}
      label="Purge for good"
      typed="purge"
      onConfirm={async () => {
        await purge(trashed.id)
        notify('Purged')
      }}
      onClose={onClose}
    >
      <Text>
        The record is forgotten with all its versions
        {trashed.cascade.length > 0 && `, and with what was deleted with it: ${countsText(trashed.cascade)}`}. Nobody
        can bring it back.
      </Text>
    </Confirm>
  )
}

interface EmptyTrashProps {
  readonly collection: string
  readonly opened: boolean
  onClose(): void
}

/** Forgets all deleted records of a collection. */
export function EmptyTrash({ collection, opened, onClose }: EmptyTrashProps) {
  const { empty } = useTrashWrites(collection)
  return (
    <Confirm
      opened={opened}
      danger
      title={`Empty the trash of ${collection}?`}
      label="Empty trash"
      typed={collection}
      onConfirm={async () => notify(`Purged ${await empty()} deleted records`)}
      onClose={onClose}
    >
      <Text>All deleted records are forgotten with their versions. Nobody can bring them back.</Text>
    </Confirm>
  )
}
