import type { Executor } from '../../platform/db/index.js'

/** What is known of a user beside the record. */
export interface Account {
  readonly userId: string
  readonly kind: 'person' | 'anonymous' | 'service'
  readonly email: string | undefined
  /** Whether the user has proven to own this address. */
  readonly emailIsProven: boolean
  readonly phone: string | undefined
  readonly disabled: boolean
  readonly locale: string | undefined
}

/** `email` as `parseEmail` gives it. */
export const findAccountByEmail = (db: Executor, email: string): Promise<Account | undefined> =>
  findAccount(db, 'u.email = $1', email)

export const findAccountById = (db: Executor, userId: string): Promise<Account | undefined> =>
  findAccount(db, 'u.id = $1', userId)

export const findAccountByPhone = (db: Executor, phone: string): Promise<Account | undefined> =>
  findAccount(db, 'a.phone = $1', phone)

async function findAccount(db: Executor, condition: string, value: string): Promise<Account | undefined> {
  const { rows } = await db.run({ text: `${select} where ${condition}`, values: [value] })
  if (rows[0] === undefined) return undefined
  const [userId, kind, email, emailIsProven, phone, disabled, locale] = rows[0] as Row
  return {
    userId,
    kind,
    email: email ?? undefined,
    emailIsProven,
    phone: phone ?? undefined,
    disabled,
    locale: locale ?? undefined,
  }
}

type Row = [string, Account['kind'], string | null, boolean, string | null, boolean, string | null]

const select = `
  select u.id, coalesce(a.kind, 'person'), u.email, coalesce(a.verified_email = u.email, false), a.phone,
    a.disabled_at is not null, a.locale
  from public.users u left join holdfast.accounts a on a.user_id = u.id`
