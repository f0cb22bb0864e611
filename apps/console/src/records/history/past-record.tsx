import type { CollectionDefinition } from '@holdfast/contract'
import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { useReadOnlyReason } from '../../client/view-as'
import { QueryState } from '../../ui/query-state'
import { ReadOnlyValue } from '../fields/read-only-value'
import { isSame, type StoredRecord } from '../record/record-values'
import { type PastMoment, usePastRecord } from './version-queries'

interface PastRecordProps {
  readonly collection: CollectionDefinition
  /** As it is now. */
  readonly record: StoredRecord
  readonly moment: PastMoment
  onRestore(version: number): void
}

/** A record as it was, field by field, with a sign at those that are otherwise today. */
export function PastRecord({ collection, record, moment, onRestore }: PastRecordProps) {
  const readOnly = useReadOnlyReason()
  const query = usePastRecord(collection.name, record.id, moment)
  return (
    <QueryState query={query}>
      {(past) => (
        <Stack gap="md" aria-label="The record as it was" role="group">
          <Group justify="space-between">
            <Text c="var(--hf-muted)" size="sm">
              Version {past.version}
              {'at' in moment && ', current at that time'}
            </Text>
            {past.version !== undefined && past.version !== record.version && (
              <Button
                size="xs"
                disabled={readOnly !== undefined}
                title={readOnly}
                onClick={() => onRestore(past.version!)}
              >
                Restore version {past.version}
              </Button>
            )}
          </Group>
          {shownFields(collection, past, readOnly !== undefined).map((field) => (
            <div key={field.name} style={{ position: 'relative' }}>
              <ReadOnlyValue field={field} value={past[field.name]} reason={null} />
              {!isSame(past[field.name], record[field.name]) && (
                <Badge size="sm" color="yellow" pos="absolute" top={0} right={0}>
                  otherwise today
                </Badge>
              )}
            </div>
          ))}
        </Stack>
      )}
    </QueryState>
  )
}

/** To whomever the console looks as, what is hidden from them is left out, and is not an empty value. */
const shownFields = ({ fields }: CollectionDefinition, past: StoredRecord, isViewed: boolean) =>
  isViewed ? fields.filter(({ name }) => name in past) : fields
