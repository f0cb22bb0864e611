import type { ActionPreview, PreviewedRecord, RolePreview, RowChange } from '@holdfast/contract'
import type { Collection } from '../../collections/index.js'
import type { Database } from '../../platform/db/index.js'
import { type Condition, isNever } from '../../query/index.js'
import { variablesIn } from '../own/caller-values.js'
import type { ComparedAction, compareActions } from './compare-actions.js'
import { type CountedRows, countRows, type Deadline, labelSql } from './count-rows.js'

const sampledUsers = 5

/** What is needed to count for one role. */
export interface RoleToPreview {
  readonly role: string
  readonly roleSet: ReadonlySet<string>
  readonly compared: ReturnType<typeof compareActions>
  readonly collection: Collection
  readonly users: Collection
  readonly db: Database
  readonly deadline: Deadline
}

/** Counts what an edit of rules changes for one role. */
export async function previewRole(subject: RoleToPreview): Promise<RolePreview> {
  const { compared, role } = subject
  const users = await findUsers(subject)
  return {
    role,
    read: await previewAction(compared.read, subject, users),
    create: await previewAction(compared.create, subject, users),
    update: await previewAction(compared.update, subject, users),
    delete: await previewAction(compared.delete, subject, users),
  }
}

async function previewAction(
  { action, fields, gained, lost }: ComparedAction,
  subject: RoleToPreview,
  users: readonly SampledUser[],
): Promise<ActionPreview> {
  const conditions = !isNever(gained) || !isNever(lost)
  const changed = conditions || Object.values(fields).some((names) => names.length > 0)
  if (action === 'create') return { changed, fields }
  const count = (condition: Condition): Promise<RowChange> => countChange(condition, subject, users)
  return { changed, fields, rows: { gained: await count(gained), lost: await count(lost) } }
}

/** Once for all where it does not depend on who asks; else for each of some users. */
async function countChange(
  condition: Condition,
  { collection, roleSet, db, deadline }: RoleToPreview,
  users: readonly SampledUser[],
): Promise<RowChange> {
  if (isNever(condition)) return { count: 0, more: false, sample: [] }
  const roles = [...roleSet]
  const dependsOnUser = variablesIn(condition).some(({ path }) => path[0] !== 'roles')
  if (!dependsOnUser) return countRows(db, collection, condition, { roles }, deadline)
  const counted: (CountedRows & { user: PreviewedRecord })[] = []
  for (const { user, teamId } of users) {
    const bindings = { userId: user.id, roles, teamId }
    counted.push({ user, ...(await countRows(db, collection, condition, bindings, deadline)) })
  }
  const most = counted.reduce<CountedRows>(moreOf, { count: 0, more: false, sample: [] })
  return { ...most, users: counted.map(({ user, count, more }) => ({ ...user, count, more })) }
}

const moreOf = ({ count, more, sample }: CountedRows, other: CountedRows): CountedRows =>
  count !== null && (other.count ?? Number.POSITIVE_INFINITY) > count ? pick(other) : { count, more, sample }

const pick = ({ count, more, sample }: CountedRows): CountedRows => ({ count, more, sample })

interface SampledUser {
  readonly user: PreviewedRecord
  /** The first team they joined stands for the one they may switch to. */
  readonly teamId: string | undefined
}

/** The newest users with the role. */
async function findUsers({ role, users, db }: RoleToPreview): Promise<SampledUser[]> {
  if (role === 'public') return []
  const named =
    role === 'user'
      ? '$1::text is not null'
      : 'exists (select from holdfast.user_roles r where r.user_id = p.id and r.role = $1)'
  const text = `select p."id", ${labelSql(users, 'p')}, ${firstTeam} from ${users.table} p where ${named} order by p."id" desc limit ${sampledUsers}`
  const { rows } = await db.run({ text, values: [role] })
  return (rows as [string, string | null, string | null][]).map(([id, label, teamId]) => ({
    user: { id, label },
    teamId: teamId ?? undefined,
  }))
}

const firstTeam =
  '(select m.team_id from holdfast.memberships m where m.user_id = p.id order by m.created_at, m.team_id limit 1)'
