import { Injectable } from '@nestjs/common'
import type { Executor } from '../../platform/db/index.js'
import { Secrets } from '../../platform/secrets/index.js'
import { newRecoveryCode } from './recovery-code.js'

const codesPerUser = 10

/** Codes on paper, for whoever has lost the other factors. The database knows keyed hashes of them. */
@Injectable()
export class RecoveryCodes {
  constructor(private readonly secrets: Secrets) {}

  /** New codes; those of before are void. The caller holds the lock of the factors. */
  async replace(tx: Executor, userId: string): Promise<string[]> {
    const codes = Array.from({ length: codesPerUser }, newRecoveryCode)
    const hashes = await Promise.all(codes.map((code) => this.hash(userId, code)))
    await tx.run({ text: 'delete from holdfast.recovery_codes where user_id = $1', values: [userId] })
    await tx.run({ text: store, values: [userId, hashes] })
    return codes
  }

  /** Takes a code away; false when it was none, or was used already. */
  async use(tx: Executor, userId: string, code: string): Promise<boolean> {
    const { rowCount } = await tx.run({ text: use, values: [userId, await this.hash(userId, code)] })
    return rowCount === 1
  }

  async count(db: Executor, userId: string): Promise<number> {
    const { rows } = await db.run({ text: count, values: [userId] })
    return rows[0]![0] as number
  }

  private hash(userId: string, code: string): Promise<Buffer> {
    return this.secrets.digest(code, `recovery code ${userId}`)
  }
}

const store = 'insert into holdfast.recovery_codes (user_id, hash) select $1, unnest($2::bytea[])'
const use = 'delete from holdfast.recovery_codes where user_id = $1 and hash = $2'
const count = 'select count(*)::int from holdfast.recovery_codes where user_id = $1'
