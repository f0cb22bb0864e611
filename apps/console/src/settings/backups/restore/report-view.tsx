import type { RestoredCollection, RestoreReport } from '@holdfast/contract'
import { List, Stack, Text } from '@mantine/core'
import { DataTable } from '../../../ui/data-table'
import { Section } from '../../../ui/section'
import classes from '../backups.module.css'

const kinds = ['inserted', 'updated', 'unchanged', 'deleted'] as const
type Kind = (typeof kinds)[number]

const sum = ({ collections }: RestoreReport, kind: Kind): number =>
  collections.reduce((total, collection) => total + collection[kind], 0)

/** Whether there is anything to do. */
export const changesAnything = (report: RestoreReport): boolean =>
  report.schemaSteps.length > 0 ||
  report.roles.length > 0 ||
  (['inserted', 'updated', 'deleted'] as const).some((kind) => sum(report, kind) > 0)

/** What a restore has done, or would do. */
export function ReportView({ report }: { readonly report: RestoreReport }) {
  const { dryRun, schemaSteps, lossySteps, roles, collections } = report
  const lossy = new Set(lossySteps)
  return (
    <Stack gap="md">
      <div role="status">
        <Section title={dryRun ? 'What would change' : 'Restored'} description={summaryOf(report)} />
      </div>
      {schemaSteps.length > 0 && (
        <Section title="Collections">
          <ol className={classes.steps}>
            {schemaSteps.map((step, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the steps of a report never change places
              <li key={at} className={lossy.has(step) ? classes.lossy : undefined}>
                {step}
                {lossy.has(step) && ' (loses what is stored now)'}
              </li>
            ))}
          </ol>
        </Section>
      )}
      {roles.length > 0 && (
        <Section title={dryRun ? 'Roles that would be made' : 'Roles that were made'}>
          <List>
            {roles.map((role) => (
              <List.Item key={role}>{role}</List.Item>
            ))}
          </List>
        </Section>
      )}
      {collections.length > 0 && <Counts collections={collections} />}
      {dryRun && collections.length === 0 && (
        <Text c="var(--hf-muted)">
          How many records change can be counted once the collections are as they were; the report of the restore says
          it.
        </Text>
      )}
    </Stack>
  )
}

function summaryOf(report: RestoreReport): string {
  if (!changesAnything(report)) return 'Nothing: all of it is as it is in the backup.'
  const counts = kinds.map((kind) => `${sum(report, kind).toLocaleString('en')} ${kind}`).join(', ')
  const steps = report.schemaSteps.length
  const definitions = steps === 0 ? '' : `${steps} ${steps === 1 ? 'step' : 'steps'} for the collections. `
  return report.collections.length === 0 ? definitions : `${definitions}Records: ${counts}.`
}

const Counts = ({ collections }: { readonly collections: readonly RestoredCollection[] }) => (
  <DataTable
    label="Records by collection"
    rows={collections}
    rowKey={({ collection }) => collection}
    columns={[
      { header: 'Collection', cell: ({ collection }) => collection },
      ...kinds.map((kind) => ({
        header: kind.charAt(0).toUpperCase() + kind.slice(1),
        width: 110,
        right: true,
        cell: (row: RestoredCollection) => (
          <Text
            span
            inherit
            className={classes.number!}
            {...(row[kind] === 0 || kind === 'unchanged' ? { c: 'var(--hf-muted)' } : { fw: 550 })}
          >
            {row[kind].toLocaleString('en')}
          </Text>
        ),
      })),
    ]}
  />
)
