import type { CollectionDefinition } from '@holdfast/contract'
import { Badge, Group, Stack, Text } from '@mantine/core'
import { IconTable } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type Column, DataTable } from '../../ui/data-table'
import { AnchorLink, IconLink } from '../../ui/links'
import { useDraftIds } from '../draft/drafts'
import { recordCountQuery } from '../queries'

interface CollectionTableProps {
  readonly collections: readonly CollectionDefinition[]
  /** Also those that are not shown, for relations that come from them. */
  readonly all: readonly CollectionDefinition[]
}

export function CollectionTable({ collections, all }: CollectionTableProps) {
  const drafts = useDraftIds()
  const columns: Column<CollectionDefinition>[] = [
    {
      header: 'Name',
      cell: (collection) => <Name collection={collection} hasDraft={drafts.has(collection.id!)} />,
      width: '34%',
    },
    { header: 'Fields', cell: ({ fields }) => fields.length, right: true, width: 70 },
    { header: 'Records', cell: ({ name }) => <RecordCount name={name} />, right: true, width: 100 },
    { header: 'Relations', cell: (collection) => <Relations collection={collection} all={all} /> },
    { header: 'Keeps', cell: (collection) => <Traits collection={collection} /> },
    { header: 'Data', cell: ({ name }) => <OpenRecords name={name} />, width: 50 },
  ]
  return <DataTable label="Collections" columns={columns} rows={collections} rowKey={({ id, name }) => id ?? name} />
}

const Name = ({
  collection: { name, description },
  hasDraft,
}: {
  collection: CollectionDefinition
  hasDraft: boolean
}) => (
  <Stack gap={0} miw={0}>
    <Group gap={6}>
      <AnchorLink to="/collections/$name" params={{ name }} fw={550} c="inherit">
        {name}
      </AnchorLink>
      {hasDraft && <Badge color="yellow">Draft</Badge>}
    </Group>
    {description && (
      <Text size="xs" c="var(--hf-muted)" lineClamp={1}>
        {description}
      </Text>
    )}
  </Stack>
)

function RecordCount({ name }: { readonly name: string }) {
  const { data, isError } = useQuery(recordCountQuery(name))
  if (data === undefined)
    return (
      <Text span inherit c="var(--hf-muted)">
        {isError ? '?' : '…'}
      </Text>
    )
  return (
    <Text span inherit style={{ fontVariantNumeric: 'tabular-nums' }}>
      {data.toLocaleString('en')}
    </Text>
  )
}

function Relations({
  collection: { name, fields },
  all,
}: {
  collection: CollectionDefinition
  all: CollectionTableProps['all']
}) {
  const targets = new Set(
    fields.flatMap((field) => (field.type === 'relation' && field.collection ? [field.collection] : [])),
  )
  const sources = all.filter((other) =>
    other.fields.some((field) => field.type === 'relation' && field.collection === name),
  )
  if (targets.size + sources.length === 0)
    return (
      <Text span c="var(--hf-muted)">
        –
      </Text>
    )
  const texts = [
    ...(targets.size > 0 ? [`to ${[...targets].join(', ')}`] : []),
    ...(sources.length > 0 ? [`from ${sources.map((source) => source.name).join(', ')}`] : []),
  ]
  return (
    <Text size="sm" lineClamp={2}>
      {texts.join(' · ')}
    </Text>
  )
}

/** What is particular about a collection; nothing where it is like most. */
function Traits({ collection }: { readonly collection: CollectionDefinition }) {
  const { changeLog = 'full', history, trash, members, tenant, personalData } = collection
  const traits = [
    ...(changeLog === 'full' ? ['Realtime'] : []),
    ...(history ? ['History'] : []),
    ...(trash ? ['Trash'] : []),
    ...(members ? ['Teams'] : []),
    ...(tenant ? ['By team'] : []),
    ...(personalData ? ['Personal data'] : []),
  ]
  return (
    <Group gap={4}>
      {traits.map((trait) => (
        <Badge key={trait} color="gray">
          {trait}
        </Badge>
      ))}
    </Group>
  )
}

const OpenRecords = ({ name }: { readonly name: string }) => (
  <IconLink
    to="/data/$collection"
    params={{ collection: name }}
    variant="subtle"
    color="gray"
    aria-label={`Records of ${name}`}
  >
    <IconTable size={16} />
  </IconLink>
)
