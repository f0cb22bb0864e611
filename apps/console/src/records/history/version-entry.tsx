import type { CollectionDefinition, FieldDefinition, RecordVersion } from '@holdfast/contract'
import { Badge, Button, Text } from '@mantine/core'
import { useReadOnlyReason } from '../../client/view-as'
import { TimeAgo } from '../../ui/time-ago'
import { Person } from '../record/person'
import { FieldDiff } from './field-diff'
import classes from './history.module.css'

interface VersionEntryProps {
  readonly collection: CollectionDefinition
  readonly entry: RecordVersion
  readonly isCurrent: boolean
  onShow(): void
  onRestore(): void
}

const actions = {
  create: { label: 'Created', color: 'teal' },
  update: { label: 'Changed', color: 'blue' },
  delete: { label: 'Deleted', color: 'red' },
  base: { label: 'History begins', color: 'gray' },
} as const

/** One version: who made it and when, and what it did to each field. */
export function VersionEntry({ collection, entry, isCurrent, onShow, onRestore }: VersionEntryProps) {
  const { label, color } = actions[entry.action]
  const changed = Object.entries(entry.changes)
  const readOnly = useReadOnlyReason()
  const isDelete = entry.action === 'delete'
  return (
    <li className={classes.entry} aria-label={`Version ${entry.version}, ${label.toLowerCase()}`}>
      <div className={classes.line}>
        <Badge color={color}>{label}</Badge>
        <Text span size="sm">
          Version {entry.version}
        </Text>
        <Text span size="sm" c="var(--hf-muted)">
          <TimeAgo at={entry.at} />
          {entry.user !== undefined && (
            <>
              {' by '}
              <Person id={entry.user} />
            </>
          )}
        </Text>
        <span style={{ flex: 1 }} />
        {isCurrent ? (
          <Text span size="xs" c="var(--hf-muted)">
            current
          </Text>
        ) : (
          !isDelete && (
            <Button
              size="compact-xs"
              variant="default"
              disabled={readOnly !== undefined}
              title={readOnly}
              onClick={onRestore}
              aria-label={`Restore version ${entry.version}`}
            >
              Restore
            </Button>
          )
        )}
        {!isDelete && (
          <Button size="compact-xs" variant="subtle" onClick={onShow} aria-label={`Look at version ${entry.version}`}>
            Look at
          </Button>
        )}
      </div>
      {entry.action === 'update' && changed.length > 0 && (
        <dl className={classes.changes}>
          {changed.map(([name, change]) => (
            <Entry key={name} name={name}>
              {change && <FieldDiff field={fieldOf(collection, name)} change={change} />}
            </Entry>
          ))}
        </dl>
      )}
      {entry.action === 'update' && changed.length === 0 && (
        <Text size="sm" c="var(--hf-muted)">
          No field became something else.
        </Text>
      )}
    </li>
  )
}

const Entry = ({ name, children }: { readonly name: string; readonly children: React.ReactNode }) => (
  <>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </>
)

/** A field that was dropped since is shown as text. */
export const fieldOf = ({ fields }: CollectionDefinition, name: string): FieldDefinition =>
  fields.find((field) => field.name === name) ?? { name, type: 'text' }
