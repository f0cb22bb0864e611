import type { CollectionDefinition } from '@holdfast/contract'
import { Stack, Text } from '@mantine/core'
import { Confirm } from '../../ui/confirm'
import { notify } from '../../ui/notify'
import { QueryState } from '../../ui/query-state'
import { useRecordWrites } from '../record/record-queries'
import { isSame, type StoredRecord } from '../record/record-values'
import { FieldDiff } from './field-diff'
import classes from './history.module.css'
import { usePastRecord } from './version-queries'

interface RestoreVersionProps {
  readonly collection: CollectionDefinition
  readonly record: StoredRecord
  readonly version: number
  onRestored(): void
  onClose(): void
}

/** Shows what a restore would change before it does. It is a change like others, so it can be taken back, too. */
export function RestoreVersion({ collection, record, version, onRestored, onClose }: RestoreVersionProps) {
  const { restoreVersion } = useRecordWrites(collection.name)
  const query = usePastRecord(collection.name, record.id, { version })
  return (
    <Confirm
      opened
      title={`Restore version ${version}?`}
      label="Restore"
      onConfirm={async () => {
        await restoreVersion(record.id, version, record.version)
        notify(`Restored as it was in version ${version}`)
        onRestored()
      }}
      onClose={onClose}
    >
      <QueryState query={query}>
        {(past) => {
          const fields = collection.fields.filter(
            ({ name, type }) => type !== 'computed' && name in past && !isSame(past[name], record[name]),
          )
          return (
            <Stack gap="xs">
              <Text c="var(--hf-muted)">
                {fields.length === 0
                  ? 'Nothing would change: the record is what it was then.'
                  : 'The record becomes what it was, as a new version:'}
              </Text>
              <dl className={classes.changes}>
                {fields.map((field) => (
                  <div key={field.name} style={{ display: 'contents' }}>
                    <dt>{field.name}</dt>
                    <dd>
                      <FieldDiff
                        field={field}
                        change={{ from: record[field.name] ?? null, to: past[field.name] ?? null }}
                      />
                    </dd>
                  </div>
                ))}
              </dl>
            </Stack>
          )
        }}
      </QueryState>
    </Confirm>
  )
}
