import type { CollectionDefinition } from '@holdfast/contract'
import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { IconArrowLeft, IconHistory } from '@tabler/icons-react'
import { useState } from 'react'
import { EmptyState } from '../../ui/empty-state'
import { AnchorLink } from '../../ui/links'
import type { StoredRecord } from '../record/record-values'
import { PastRecord } from './past-record'
import { RestoreVersion } from './restore-version'
import { VersionList } from './version-list'
import type { PastMoment } from './version-queries'

interface HistoryTabProps {
  readonly collection: CollectionDefinition
  readonly record: StoredRecord
}

/** What happened to a record; what it was at any time; and the way back. */
export function HistoryTab({ collection, record }: HistoryTabProps) {
  const [moment, setMoment] = useState<PastMoment>()
  const [restoring, setRestoring] = useState<number>()
  if (!collection.history)
    return (
      <EmptyState icon={IconHistory} title="This collection keeps no history">
        Switch <b>history</b> on in the{' '}
        <AnchorLink to="/collections" underline="always">
          collection
        </AnchorLink>
        , and every change from then on can be looked at and taken back.
      </EmptyState>
    )
  return (
    <Stack gap="md">
      <Group align="flex-end" gap="xs">
        {moment && (
          <Button variant="default" leftSection={<IconArrowLeft size={14} />} onClick={() => setMoment(undefined)}>
            All versions
          </Button>
        )}
        <TextInput
          type="datetime-local"
          step={1}
          label="As it was at"
          flex={1}
          maw={280}
          onChange={({ currentTarget: { value } }) => {
            const date = new Date(value)
            if (!Number.isNaN(date.getTime())) setMoment({ at: date.toISOString() })
          }}
        />
      </Group>
      {moment ? (
        <PastRecord collection={collection} record={record} moment={moment} onRestore={setRestoring} />
      ) : (
        <VersionList
          collection={collection}
          record={record}
          onShow={(version) => setMoment({ version })}
          onRestore={setRestoring}
        />
      )}
      {typeof collection.history === 'object' && (
        <Text size="xs" c="var(--hf-muted)">
          Versions are kept for {collection.history.days} days.
        </Text>
      )}
      {restoring !== undefined && (
        <RestoreVersion
          collection={collection}
          record={record}
          version={restoring}
          onClose={() => setRestoring(undefined)}
          onRestored={() => setMoment(undefined)}
        />
      )}
    </Stack>
  )
}
