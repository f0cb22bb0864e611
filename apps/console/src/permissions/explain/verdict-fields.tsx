import type { Explanation } from '@holdfast/contract'
import { Badge, Stack, Text, Title } from '@mantine/core'
import { DataTable } from '../../ui/data-table'
import { withRuleNumbers } from '../rule-words'
import classes from './verdict.module.css'

interface VerdictFieldsProps {
  readonly fields: Explanation['fields']
  readonly asked: string | undefined
  readonly writes: boolean
}

/** Which fields of the record are open, and why; closed ones come first, and before them the one that was asked for. */
export function VerdictFields({ fields, asked, writes }: VerdictFieldsProps) {
  const all = Object.entries(fields).map(([name, field]) => ({ name, ...field }))
  if (all.length === 0) return null
  const rank = ({ name, readable }: (typeof all)[number]) => (name === asked ? 0 : readable ? 2 : 1)
  const rows = all.toSorted((a, b) => rank(a) - rank(b))
  const hidden = rows.filter(({ readable }) => !readable).length
  return (
    <Stack gap="xs">
      <Title order={2}>Fields</Title>
      <Text size="sm" c="var(--hf-muted)">
        {hidden === 0 ? 'All fields can be read.' : `${hidden} of ${rows.length} cannot be read.`}
      </Text>
      <DataTable
        label="Fields of the record"
        rows={rows}
        rowKey={({ name }) => name}
        columns={[
          {
            header: 'Field',
            cell: ({ name }) => <code className={name === asked ? classes.asked : undefined}>{name}</code>,
          },
          { header: 'Read', cell: ({ readable }) => <Mark open={readable} /> },
          ...(writes
            ? [
                {
                  header: 'Write',
                  cell: ({ writable }: (typeof rows)[number]) =>
                    writable === undefined ? '–' : <Mark open={writable} />,
                },
              ]
            : []),
          { header: 'Why', cell: ({ why }) => <span className={classes.reason}>{withRuleNumbers(why)}</span> },
        ]}
      />
    </Stack>
  )
}

const Mark = ({ open }: { readonly open: boolean }) => (
  <Badge color={open ? 'teal' : 'red'}>{open ? 'yes' : 'no'}</Badge>
)
