import type { CollectionDefinition } from '@holdfast/contract'
import { Button, Group, Paper, Progress, SimpleGrid, Stack, Text, Title } from '@mantine/core'
import { IconDownload, IconPlayerPause, IconPlayerPlay, IconX } from '@tabler/icons-react'
import { useState, useSyncExternalStore } from 'react'
import { Confirm } from '../../../ui/confirm'
import { DataTable } from '../../../ui/data-table'
import { ButtonLink } from '../../../ui/links'
import { Problem } from '../../../ui/problem'
import { saveFile } from '../../../ui/save-file'
import type { ImportProgress, ImportRun, RefusedRow } from './import-run'
import { toCsv } from './refused-file'

const shownRefused = 100
const count = (value: number): string => value.toLocaleString('en')

interface ImportReportProps {
  readonly collection: CollectionDefinition
  readonly filename: string
  readonly run: ImportRun
  onAgain(): void
}

const titles: Readonly<Record<ImportProgress['state'], string>> = {
  running: 'Importing',
  paused: 'Paused',
  done: 'Imported',
  cancelled: 'Cancelled',
  failed: 'The import stopped',
}

/** How far an import is, and what became of its rows. */
export function ImportReport({ collection, filename, run, onAgain }: ImportReportProps) {
  const progress = useSyncExternalStore(run.subscribe, run.snapshot)
  const isOpen = progress.state === 'running' || progress.state === 'paused'
  const percent = progress.totalBytes === 0 ? 100 : (progress.bytes / progress.totalBytes) * 100
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <div role="status">
          <Title order={2}>{titles[progress.state]}</Title>
        </div>
        {isOpen && <Controls run={run} progress={progress} />}
      </Group>
      {isOpen && (
        <Stack gap={6}>
          <Progress value={percent} size="lg" aria-label="Part of the file that is imported" />
          <Text size="sm" c="var(--hf-muted)">
            {paceText(progress)}
          </Text>
        </Stack>
      )}
      {progress.state === 'cancelled' && <Text>What was written before stays.</Text>}
      {progress.error !== undefined && <Problem error={progress.error} />}
      <SimpleGrid cols={3}>
        <Figure label="Created" value={progress.created} />
        <Figure label="Changed" value={progress.updated} />
        <Figure label="Refused" value={progress.failed} />
      </SimpleGrid>
      {progress.refused.length > 0 && <Refused progress={progress} filename={filename} isOpen={isOpen} />}
      {!isOpen && (
        <Group gap="xs">
          <ButtonLink to="/data/$collection" params={{ collection: collection.name }}>
            Show {collection.name}
          </ButtonLink>
          <Button variant="default" onClick={onAgain}>
            Import another file
          </Button>
        </Group>
      )}
    </Stack>
  )
}

function Controls({ run, progress }: { readonly run: ImportRun; readonly progress: ImportProgress }) {
  const [asks, setAsks] = useState(false)
  return (
    <Group gap="xs">
      {progress.state === 'running' ? (
        <Button variant="default" leftSection={<IconPlayerPause size={16} />} onClick={() => run.pause()}>
          Pause
        </Button>
      ) : (
        <Button leftSection={<IconPlayerPlay size={16} />} onClick={() => run.goOn()}>
          Go on
        </Button>
      )}
      <Button variant="default" leftSection={<IconX size={16} />} onClick={() => setAsks(true)}>
        Cancel
      </Button>
      <Confirm
        opened={asks}
        title="Cancel the import"
        label="Cancel the import"
        danger
        onClose={() => setAsks(false)}
        onConfirm={async () => run.cancel()}
      >
        <Text>What was written so far stays. The rest of the file is not imported.</Text>
      </Confirm>
    </Group>
  )
}

const Figure = ({ label, value }: { readonly label: string; readonly value: number }) => (
  <Paper withBorder p="md" radius="md">
    <Text size="sm" c="var(--hf-muted)">
      {label}
    </Text>
    <Text size="xl" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
      {count(value)}
    </Text>
  </Paper>
)

interface RefusedProps {
  readonly progress: ImportProgress
  readonly filename: string
  readonly isOpen: boolean
}

function Refused({ progress: { refused, columns, failed }, filename, isOpen }: RefusedProps) {
  const download = () => {
    const name = filename.replace(/\.\w+$/, '')
    saveFile(`${name} refused.csv`, toCsv(columns, refused), 'text/csv')
  }
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Title order={2}>Refused rows</Title>
        {!isOpen && (
          <Button variant="default" size="xs" leftSection={<IconDownload size={15} />} onClick={download}>
            Download refused rows
          </Button>
        )}
      </Group>
      <Text c="var(--hf-muted)">
        {failed > shownRefused ? `The first ${shownRefused} of ${count(failed)}. ` : ''}The file has all of them with
        the reason: mend it, and import it again.
      </Text>
      <DataTable<RefusedRow>
        label="Refused rows"
        rows={refused.slice(0, shownRefused)}
        rowKey={({ row }) => String(row.line)}
        columns={[
          { header: 'Line', width: 80, cell: ({ row }) => count(row.line) },
          { header: 'Field', width: 160, cell: ({ problems }) => problems.map(({ field }) => field ?? '–').join(', ') },
          { header: 'Reason', cell: ({ problems }) => problems.map(({ message }) => message).join('; ') },
        ]}
      />
    </Stack>
  )
}

/** Rows, rate, and how long it may yet take. */
function paceText({ created, updated, failed, elapsedMs, bytes, totalBytes }: ImportProgress): string {
  const rows = created + updated + failed
  const rate = elapsedMs > 0 ? Math.round(rows / (elapsedMs / 1000)) : 0
  const left = bytes > 0 ? Math.ceil(((elapsedMs / bytes) * (totalBytes - bytes)) / 1000) : undefined
  const wait =
    left === undefined || rows === 0
      ? ''
      : left > 90
        ? ` · about ${Math.ceil(left / 60)} minutes left`
        : ` · about ${left} seconds left`
  return `${count(rows)} rows · ${count(rate)} per second${wait}`
}
