import type { OutgoingHttpHeaders } from 'node:http'
import type { Executor } from '../../platform/db/index.js'
import type { Answer } from '../../platform/http/index.js'
import type { KeyedRequest } from './parse-key.js'

/** An answer as it was given, and what it answered. */
export interface KeptAnswer {
  readonly requestHash: Buffer
  readonly answer: Answer
}

/** Larger bodies are not kept. */
const maxBodyBytes = 1024 * 1024

/** What a transaction finds when it wants to be the one for its key. */
export interface Claim {
  /** No other transaction is at work for this key; none can begin until this one has ended. */
  readonly free: boolean
  readonly kept: KeptAnswer | undefined
}

/** Claims the key for the transaction, without waiting. */
export async function claimKey(tx: Executor, { keyHash }: KeyedRequest): Promise<Claim> {
  const lock = keyHash.readBigInt64BE().toString()
  const { rows } = await tx.run({ text: claim, values: [keyHash, lock] })
  const [free, ...columns] = rows[0]!
  return { free: free as boolean, kept: toKept(columns) }
}

/** The answer of a request that has ended. */
export async function findKept(target: Executor, { keyHash }: KeyedRequest): Promise<KeptAnswer | undefined> {
  const { rows } = await target.run({ text: find, values: [keyHash] })
  return rows[0] && toKept(rows[0])
}

/**
 * Keeps an answer. It is committed with what it tells of, or not at all.
 * @returns false when another transaction has kept one for this key: this one must not commit
 */
export async function keepAnswer(
  tx: Executor,
  { keyHash, requestHash }: KeyedRequest,
  answer: Answer,
): Promise<boolean> {
  const { status, headers = {}, body } = withinBounds(answer)
  const values = [keyHash, requestHash, status, JSON.stringify(headers), body ?? null]
  const { rowCount } = await tx.run({ text: keep, values })
  return rowCount === 1
}

/** Instead of a body that is too large a repeat gets what `Prefer: return=minimal` gives: the write without the records. */
function withinBounds(answer: Answer): Answer {
  if (answer.body === undefined || Buffer.byteLength(answer.body) <= maxBodyBytes) return answer
  const { body: _, status, ...rest } = answer
  return { ...rest, status: status === 200 ? 204 : status }
}

function toKept([request, status, headers, body]: readonly unknown[]): KeptAnswer | undefined {
  if (request === null) return undefined
  return {
    requestHash: Buffer.from(request as string, 'hex'),
    answer: {
      status: status as number,
      headers: JSON.parse(headers as string) as OutgoingHttpHeaders,
      ...(body !== null && { body: body as string }),
    },
  }
}

/** How long an answer is kept. Past that the key is as good as new, whether the row is still there or not. */
const lifetime = `interval '24 hours'`
const columns = `encode(k.request_hash, 'hex'), k.status, k.headers, k.body`
const alive = `k.key_hash = $1 and k.kept_at > now() - ${lifetime}`

const claim = `
  select pg_try_advisory_xact_lock($2::int8), ${columns}
  from (select) one left join holdfast.kept_answers k on ${alive}`

const find = `select ${columns} from holdfast.kept_answers k where ${alive}`

const keep = `
  insert into holdfast.kept_answers as k (key_hash, request_hash, status, headers, body) values ($1, $2, $3, $4, $5)
  on conflict (key_hash) do update
  set request_hash = excluded.request_hash, kept_at = excluded.kept_at,
      status = excluded.status, headers = excluded.headers, body = excluded.body
  where k.kept_at <= now() - ${lifetime}`

/** Drops a part of the answers that are too old, so that no statement takes long. */
export const dropOld = `
  delete from holdfast.kept_answers where key_hash in
    (select key_hash from holdfast.kept_answers where kept_at <= now() - ${lifetime} limit 5000)`
