import type { CollectionDefinition } from '@holdfast/contract'
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { collectionsQuery } from '../../../client/collections'
import { QueryState } from '../../../ui/query-state'
import { readBeginning } from '../file/read-file'
import type { Batch, ReadOptions } from '../file/rows'
import { sizeText } from '../size-text'
import { ImportChoices } from './import-choices'
import { ImportPreview } from './import-preview'
import { guessMapping, type ImportSettings, importableFields, missingFields, possibleKeys } from './mapping'
import { MappingTable } from './mapping-table'
import { ReadingOptions } from './reading-options'
import { drafter, type RowProblem } from './to-record'

interface ImportSetupProps {
  readonly collection: CollectionDefinition
  readonly file: File
  readonly options: ReadOptions
  onOptions(options: ReadOptions): void
  onStart(settings: ImportSettings, columns: readonly string[]): void
  onOther(): void
}

/** Between a file and its import: what is in it, and where it goes. */
export function ImportSetup({ file, options, onOptions, onOther, ...props }: ImportSetupProps) {
  const { format, hasHeader, delimiter } = options
  const beginning = useQuery({
    queryKey: ['import file', file.name, file.size, file.lastModified, format, hasHeader, delimiter],
    queryFn: () => readBeginning(file, options),
    retry: false,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-end">
        <ReadingOptions options={options} delimiter={beginning.data?.delimiter} onChange={onOptions} />
        <Group gap="sm">
          <Text c="var(--hf-muted)">
            {file.name} · {sizeText(file.size)}
          </Text>
          <Button variant="default" size="xs" onClick={onOther}>
            Other file
          </Button>
        </Group>
      </Group>
      <QueryState query={beginning}>
        {(read) => <Mapping key={read.columns.join('\n')} read={read} {...props} />}
      </QueryState>
    </Stack>
  )
}

interface MappingProps extends Pick<ImportSetupProps, 'collection' | 'onStart'> {
  readonly read: Batch & { readonly isAll: boolean }
}

function Mapping({ collection, read, onStart }: MappingProps) {
  const { data: collections = [] } = useQuery(collectionsQuery)
  const [settings, setSettings] = useState<ImportSettings>(() => ({
    columns: guessMapping(read.columns, collection),
    empty: 'null',
  }))
  const drafts = useMemo(() => read.rows.map(drafter(collection, settings)), [read, collection, settings])
  const refused = drafts.filter((draft) => 'problems' in draft)
  const mapped = settings.columns.flatMap(({ field }) => field ?? [])
  const fields = importableFields(collection).filter(({ name }) => mapped.includes(name))
  const missing = missingFields(collection, settings.columns)
  const change = (next: ImportSettings) => {
    const keys = possibleKeys(collection, next.columns)
    setSettings(next.key !== undefined && !keys.includes(next.key) ? { ...next, key: undefined } : next)
  }
  const rows = `${read.rows.length.toLocaleString('en')} ${read.rows.length === 1 ? 'row' : 'rows'}`
  return (
    <Stack gap="lg">
      <MappingTable
        collection={collection}
        collections={collections}
        columns={settings.columns}
        rows={read.rows}
        problems={byField(refused.flatMap(({ problems }) => problems))}
        onChange={(columns) => change({ ...settings, columns })}
      />
      <ImportChoices settings={settings} keys={possibleKeys(collection, settings.columns)} onChange={change} />
      {missing.length > 0 && settings.key === undefined && (
        <Alert color="orange" icon={<IconAlertTriangle size={18} />} title={`No column fills ${missing.join(', ')}`}>
          New records need a value there. Choose a column for it, or the server refuses the rows.
        </Alert>
      )}
      <Stack gap="xs">
        <Title order={2}>
          {refused.length > 0 ? 'What would be refused, and what fits' : 'What the records will be'}
        </Title>
        <Text c="var(--hf-muted)" role="status">
          {refused.length === 0
            ? `${read.isAll ? `All ${rows}` : `The first ${rows}`} fit their fields. Whether a value is taken already, or what else the server keeps to, it says while importing.`
            : `Of ${read.isAll ? '' : 'the first '}${rows}, ${refused.length.toLocaleString('en')} would be refused. They are told at the end, and can be mended and imported again.`}
        </Text>
        <ImportPreview fields={fields} drafts={[...refused.slice(0, 5), ...drafts.slice(0, 8)].filter(isFirst)} />
      </Stack>
      <Group>
        <Button disabled={mapped.length === 0} onClick={() => onStart(settings, read.columns)}>
          Start the import
        </Button>
        {mapped.length === 0 && <Text c="var(--hf-muted)">Choose a field for a column first.</Text>}
      </Group>
    </Stack>
  )
}

const isFirst = <T,>(item: T, index: number, all: readonly T[]): boolean => all.indexOf(item) === index

function byField(problems: readonly RowProblem[]): Map<string, RowProblem[]> {
  return Map.groupBy(problems, ({ field }) => field ?? '')
}
