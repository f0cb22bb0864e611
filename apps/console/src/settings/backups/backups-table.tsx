import type { BackupInfo } from '@holdfast/contract'
import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { formatBytes, formatCount } from '../../observe/format'
import { DataTable } from '../../ui/data-table'
import { AnchorLink } from '../../ui/links'
import { fullTime, TimeAgo } from '../../ui/time-ago'
import { BackupActions } from './backup-actions'
import { BackupFindings, BackupState } from './backup-state'
import classes from './backups.module.css'
import { checkQuery } from './queries'

export const BackupsTable = ({ backups }: { readonly backups: readonly BackupInfo[] }) => (
  <DataTable
    label="Backups"
    rows={backups}
    rowKey={({ name }) => name}
    columns={[
      { header: 'Made', cell: (backup) => <Made {...backup} /> },
      { header: 'State', width: 110, cell: (backup) => <BackupState backup={backup} /> },
      { header: 'Records', width: 90, right: true, cell: (backup) => <Records {...backup} /> },
      {
        header: 'Size',
        width: 90,
        right: true,
        cell: ({ state, bytes }) => (
          <span className={classes.number}>{state === 'failed' ? '–' : formatBytes(bytes)}</span>
        ),
      },
      { header: 'Actions', width: 140, right: true, bare: true, cell: (backup) => <BackupActions backup={backup} /> },
    ]}
  />
)

function Made(backup: BackupInfo) {
  const { name, state, createdAt } = backup
  const time = fullTime(new Date(createdAt))
  return (
    <Stack gap={0} className={classes.made!}>
      <span>
        {state === 'done' ? (
          <AnchorLink to="/settings/backups/$name" params={{ name }} fw={550}>
            {time}
          </AnchorLink>
        ) : (
          <Text span fw={550}>
            {time}
          </Text>
        )}{' '}
        <Text span size="sm" c="var(--hf-muted)">
          <TimeAgo at={createdAt} />
        </Text>
      </span>
      <Text size="xs" c="var(--hf-muted)" ff="monospace" className={classes.file!}>
        {name}.hfb
      </Text>
      <BackupFindings backup={backup} />
    </Stack>
  )
}

/** Of a file that was copied into the folder it is known once it was read. */
function Records({ name, records }: BackupInfo) {
  const { data } = useQuery(checkQuery(name))
  return <span className={classes.number}>{formatCount(records ?? data?.records ?? null)}</span>
}
