import type { TableSize } from '@holdfast/contract'
import { Progress, Stack, Switch, Text } from '@mantine/core'
import { useState } from 'react'
import { type Column, DataTable } from '../../ui/data-table'
import { AnchorLink } from '../../ui/links'
import { formatBytes, formatCount } from '../format'

/** How much room each collection takes; tables of the system on request. */
export function TableSizes({ tables }: { readonly tables: readonly TableSize[] }) {
  const [system, setSystem] = useState(false)
  const shown = tables.filter(({ isCollection }) => isCollection || system)
  const most = Math.max(1, ...shown.map(({ totalBytes }) => totalBytes))
  return (
    <Stack gap="xs">
      <Switch
        label="With tables of the system"
        checked={system}
        onChange={(event) => setSystem(event.currentTarget.checked)}
      />
      <DataTable label="Tables" columns={columnsFor(most)} rows={shown} rowKey={({ name }) => name} />
    </Stack>
  )
}

const columnsFor = (most: number): readonly Column<TableSize>[] => [
  {
    header: 'Table',
    cell: ({ name, isCollection }) =>
      isCollection ? (
        <AnchorLink to="/data/$collection" params={{ collection: name }}>
          {name}
        </AnchorLink>
      ) : (
        <Text span ff="monospace" fz="xs">
          {name}
        </Text>
      ),
  },
  { header: 'Rows', right: true, cell: ({ rows }) => `≈ ${formatCount(rows)}` },
  { header: 'Dead rows', right: true, cell: ({ deadRows }) => formatCount(deadRows) },
  { header: 'Data', right: true, cell: ({ tableBytes }) => formatBytes(tableBytes) },
  { header: 'Indexes', right: true, cell: ({ indexBytes }) => formatBytes(indexBytes) },
  { header: 'Long values', right: true, cell: ({ toastBytes }) => formatBytes(toastBytes) },
  {
    header: 'Together',
    right: true,
    width: 160,
    cell: ({ totalBytes }) => (
      <Stack gap={3} miw={90}>
        {formatBytes(totalBytes)}
        <Progress value={(totalBytes / most) * 100} size={4} aria-hidden />
      </Stack>
    ),
  },
]
