import type { CollectionDefinition } from '@holdfast/contract'
import { Group, Select, Text } from '@mantine/core'
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react'
import { DataTable } from '../../../ui/data-table'
import type { Row } from '../file/rows'
import { type ColumnMapping, importableFields } from './mapping'
import type { RowProblem } from './to-record'

interface MappingTableProps {
  readonly collection: CollectionDefinition
  readonly collections: readonly CollectionDefinition[]
  readonly columns: readonly ColumnMapping[]
  readonly rows: readonly Row[]
  /** What is wrong with the rows, by the fields to blame. */
  readonly problems: ReadonlyMap<string, readonly RowProblem[]>
  onChange(columns: readonly ColumnMapping[]): void
}

/** Which column goes to which field, with values to tell it by, and whether they fit. */
export function MappingTable({ collection, collections, columns, rows, problems, onChange }: MappingTableProps) {
  const fields = importableFields(collection)
  const change = (column: string, to: Partial<ColumnMapping>) =>
    onChange(
      columns.map((known) => {
        if (known.column === column) return { ...known, ...to }
        // A field is filled once.
        return to.field !== undefined && known.field === to.field ? { column: known.column } : known
      }),
    )
  return (
    <DataTable
      label="Columns and the fields they fill"
      rows={columns}
      rowKey={({ column }) => column}
      columns={[
        {
          header: 'Column',
          width: '22%',
          cell: ({ column }) => (
            <Text fw={550} truncate maw={220}>
              {column}
            </Text>
          ),
        },
        { header: 'Values', width: '26%', cell: ({ column }) => <Samples values={samplesOf(rows, columns, column)} /> },
        {
          header: 'Field',
          width: '30%',
          cell: ({ column, field, lookup }) => (
            <Group gap="xs" wrap="nowrap">
              <Select
                size="xs"
                w={170}
                searchable
                clearable
                placeholder="Not imported"
                aria-label={`Field for ${column}`}
                value={field ?? null}
                data={fields.map(({ name, type }) => ({ value: name, label: `${name} · ${type}` }))}
                onChange={(value) => change(column, { field: value ?? undefined, lookup: undefined })}
              />
              <LookupChoice
                field={fields.find(({ name }) => name === field)?.collection}
                collections={collections}
                column={column}
                lookup={lookup}
                onChange={(value) => change(column, { lookup: value })}
              />
            </Group>
          ),
        },
        { header: 'First 1,000 rows', cell: ({ field }) => <Fit field={field} problems={problems} /> },
      ]}
    />
  )
}

interface LookupChoiceProps {
  /** The collection a relation leads to. */
  readonly field: string | undefined
  readonly collections: readonly CollectionDefinition[]
  readonly column: string
  readonly lookup: string | undefined
  onChange(lookup: string | undefined): void
}

const texts = new Set(['text', 'email', 'slug', 'url', 'select', 'uuid'])

/** By what the related records are named. */
function LookupChoice({ field: target, collections, column, lookup, onChange }: LookupChoiceProps) {
  if (target === undefined) return null
  const unique = collections
    .find(({ name }) => name === target)
    ?.fields.filter((field) => field.unique && texts.has(field.type))
  return (
    <Select
      size="xs"
      w={120}
      allowDeselect={false}
      aria-label={`What ${column} names the related record by`}
      value={lookup ?? 'id'}
      data={['id', ...(unique ?? []).map(({ name }) => name)].map((name) => ({ value: name, label: `by ${name}` }))}
      onChange={(value) => onChange(value === 'id' || value === null ? undefined : value)}
    />
  )
}

const samplesOf = (rows: readonly Row[], columns: readonly ColumnMapping[], column: string): string[] => {
  const index = columns.findIndex((known) => known.column === column)
  const values = rows.slice(0, 50).map(({ cells }) => cells[index])
  const shown = values.filter((value) => value !== undefined && value !== null && value !== '')
  return [...new Set(shown.map((value) => (typeof value === 'string' ? value : JSON.stringify(value))))].slice(0, 3)
}

const Samples = ({ values }: { readonly values: readonly string[] }) => (
  <Text size="sm" c="var(--hf-muted)" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
    {values.length === 0 ? 'empty' : values.map((value) => value.slice(0, 60)).join(' · ')}
  </Text>
)

function Fit({
  field,
  problems,
}: {
  readonly field: string | undefined
  readonly problems: MappingTableProps['problems']
}) {
  if (field === undefined)
    return (
      <Text size="sm" c="var(--hf-muted)">
        Left out
      </Text>
    )
  const found = problems.get(field) ?? []
  return (
    <Group gap={6} wrap="nowrap" align="flex-start">
      {found.length === 0 ? (
        <IconCheck size={15} color="var(--mantine-color-teal-6)" />
      ) : (
        <IconAlertTriangle size={15} color="var(--mantine-color-orange-6)" style={{ flex: 'none' }} />
      )}
      <Text size="sm" lineClamp={2} style={{ overflowWrap: 'anywhere' }}>
        {found.length === 0 ? 'All fit' : `${found.length.toLocaleString('en')} refused: ${found[0]!.message}`}
      </Text>
    </Group>
  )
}
