import type { CollectionDefinition } from '@holdfast/contract'
import { Badge, Button, Group, Stack, Text } from '@mantine/core'
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
              <Button size="xs" onClick={() => onRestore(past.version!)}>
                Restore version {past.version}
              </Button>
            )}
          </Group>
          {collection.fields.map((field) => (
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
