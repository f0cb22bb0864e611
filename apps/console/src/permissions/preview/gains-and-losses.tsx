import { type Action, type ActionPreview, actions, type RolePreview, type RowChange } from '@holdfast/contract'
import { Badge, Stack, Text, Title } from '@mantine/core'
import { shortId } from '../../client/record-fields'
import classes from './gains-and-losses.module.css'

/** Per role, the records and fields that would come to be open, and those that would be closed. */
export function GainsAndLosses({ roles }: { readonly roles: readonly RolePreview[] }) {
  const changed = roles.filter((role) => actions.some((action) => role[action].changed))
  if (changed.length === 0)
    return <Text>Nobody gains or loses anything by this, as far as the records of today go.</Text>
  return (
    <Stack gap="md">
      {changed.map((role) => (
        <section key={role.role} className={classes.role} aria-label={`Changes for ${role.role}`}>
          <Title order={3}>{role.role}</Title>
          <ul className={classes.changes}>
            {actions.flatMap((action) =>
              role[action].changed ? [<ActionChange key={action} action={action} change={role[action]} />] : [],
            )}
          </ul>
        </section>
      ))}
    </Stack>
  )
}

const verbs: Readonly<Record<Action, string>> = {
  read: 'read',
  create: 'create',
  update: 'update',
  delete: 'delete',
}

function ActionChange({
  action,
  change: { fields, rows },
}: {
  readonly action: Action
  readonly change: ActionPreview
}) {
  return (
    <li className={classes.change}>
      <Text fw={550} className={classes.verb}>
        {verbs[action]}
      </Text>
      <div className={classes.what}>
        {rows && <Rows sign="gain" change={rows.gained} />}
        {rows && <Rows sign="lose" change={rows.lost} />}
        <Fields sign="gain" names={fields.gained} words="more fields" />
        <Fields sign="lose" names={fields.lost} words="fewer fields" />
        <Fields sign="change" names={fields.changed} words="fields in other records than before" />
        {!rows && fields.gained.length + fields.lost.length + fields.changed.length === 0 && (
          <Text size="sm">Under other conditions than before</Text>
        )}
      </div>
    </li>
  )
}

const colors = { gain: 'teal', lose: 'red', change: 'yellow' } as const
type Sign = keyof typeof colors

function Rows({ sign, change }: { readonly sign: Sign; readonly change: RowChange }) {
  const { count, more, sample, users } = change
  if (count === 0) return null
  const number = count === null ? 'an unknown number of' : `${count.toLocaleString('en')}${more ? ' or more' : ''}`
  return (
    <div>
      <Text size="sm">
        <Badge color={colors[sign]}>{sign === 'gain' ? 'gains' : 'loses'}</Badge> {number}{' '}
        {count === 1 ? 'record' : 'records'}
        {users && users.length > 0 && ', at most, depending on who asks'}
      </Text>
      {sample.length > 0 && (
        <Text size="xs" c="var(--hf-muted)" className={classes.sample}>
          {sample.map(({ id, label }) => label ?? shortId(id)).join(', ')}
          {(more || (count ?? 0) > sample.length) && ', …'}
        </Text>
      )}
      {users && users.length > 0 && (
        <Text size="xs" c="var(--hf-muted)" className={classes.sample}>
          {users
            .map(
              ({ id, label, count: of, more: further }) => `${label ?? shortId(id)}: ${of ?? '?'}${further ? '+' : ''}`,
            )
            .join(' · ')}
        </Text>
      )}
    </div>
  )
}

function Fields({
  sign,
  names,
  words,
}: {
  readonly sign: Sign
  readonly names: readonly string[]
  readonly words: string
}) {
  if (names.length === 0) return null
  return (
    <Text size="sm" className={classes.sample}>
      <Badge color={colors[sign]}>{sign === 'change' ? 'changes' : sign === 'gain' ? 'gains' : 'loses'}</Badge> {words}:{' '}
      <code>{names.join(', ')}</code>
    </Text>
  )
}
