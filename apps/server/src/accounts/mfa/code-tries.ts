import { AppError } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'

/**
 * Wrong codes of authenticator apps that one account takes within a day, from wherever and with however many fresh sign-ins:
 * with two apps and three codes each at any time that is one in 11,000 to guess one.
 */
const triesPerDay = 15

/** Takes a try, before anything is compared: a thousand at once are no more than fifteen in a row. @throws rate_limited */
export async function takeCodeTry(db: Executor, userId: string): Promise<void> {
  const { rowCount } = await db.run({ text: takeTry, values: [userId, triesPerDay] })
  if (rowCount === 1) return
  throw new AppError('rate_limited', 'Too many wrong codes', {
    hint: 'Use a recovery code or a passkey, or try again tomorrow',
    headers: { 'Retry-After': '86400' },
  })
}

/** The code was right. Others that were wrong still count: somebody else may have tried them. */
export async function giveBackCodeTry(db: Executor, userId: string): Promise<void> {
  await db.run({ text: giveBackTry, values: [userId] })
}

const takeTry = `
  insert into holdfast.code_tries as t (purpose, subject) values ('mfa', $1)
  on conflict (purpose, subject) do update set
    tries = case when t.since < now() - interval '1 day' then 1 else t.tries + 1 end,
    since = case when t.since < now() - interval '1 day' then now() else t.since end
  where t.tries < $2 or t.since < now() - interval '1 day'`
const giveBackTry = `
  update holdfast.code_tries set tries = tries - 1 where purpose = 'mfa' and subject = $1 and tries > 0`
