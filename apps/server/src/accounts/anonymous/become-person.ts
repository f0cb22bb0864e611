import type { Executor } from '../../platform/db/index.js'

/**
 * An anonymous user who has got a way to sign in, such as a passkey, is a person from then on; others
 * stay what they are. Sessions go on. `forget` the user once the transaction committed.
 */
export async function becomePerson(tx: Executor, userId: string): Promise<void> {
  await tx.run({ text: toPerson, values: [userId] })
}

const toPerson = `update holdfast.accounts set kind = 'person' where user_id = $1 and kind = 'anonymous'`
