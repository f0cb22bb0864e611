import type { Database } from '../../platform/db/index.js'

/** System tables whose rows belong to a user and go with the user. */
const tables = [
  'sessions',
  'credentials',
  'user_roles',
  'accounts',
  'factors',
  'recovery_codes',
  'one_time_secrets',
  'email_changes',
  'identities',
  'oidc_artifacts',
  'memberships',
  'api_keys',
]

/** Any number of ours: nodes that start together link one after the other. */
const linkLock = 4_400_012

/**
 * Ties the system's rows of a user to the record in `public.users`. A deleted user so loses credentials, roles and
 * sessions in the same transaction, and another user who comes to have the same id finds nothing of them.
 */
export async function linkUsers(db: Database): Promise<void> {
  if ((await listUnlinked(db)).length === 0) return
  await db.transaction(async (tx) => {
    await tx.run({ text: 'select pg_advisory_xact_lock($1)', values: [linkLock] })
    for (const table of await listUnlinked(tx)) await tx.run({ text: link(table), values: [] })
  })
}

async function listUnlinked(db: Pick<Database, 'run'>): Promise<string[]> {
  const { rows } = await db.run({ text: unlinked, values: [tables] })
  return (rows as [string][]).map(([table]) => table)
}

const unlinked = `
  select t from unnest($1::text[]) t where not exists (
    select from pg_constraint c where c.conname = t || '_user' and c.conrelid = ('holdfast.' || t)::regclass)`

const link = (table: string): string =>
  `alter table holdfast.${table} add constraint ${table}_user foreign key (user_id) references public.users on delete cascade`
