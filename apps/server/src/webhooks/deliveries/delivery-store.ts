import type { DeliveryAttempt } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'
import { claimSql, deliveredSql, failedSql, insertSql, releaseSql, renewSql, wakeSql } from './delivery-sql.js'
import type { StoredSecret } from './signing-secrets.js'

/** A delivery to be made. */
export interface NewDelivery {
  readonly id: string
  readonly webhook: string
  readonly position: number
  readonly record: string
  readonly event: string
  readonly payload: string
}

/** A delivery this node has taken, with what it needs to send it. */
export interface ClaimedDelivery {
  readonly id: string
  readonly webhook: string
  readonly url: string
  readonly payload: string
  /** Attempts so far. */
  readonly tries: number
  readonly secrets: readonly StoredSecret[]
}

/**
 * In one statement with all others of a page. Of an ordered webhook only the first delivery of a record is due: the next one
 * becomes so when that is over.
 */
export async function insertDeliveries(tx: Executor, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return
  const column = (key: keyof NewDelivery): unknown[] => deliveries.map((delivery) => delivery[key])
  const keys = ['id', 'webhook', 'position', 'record', 'event', 'payload'] as const
  await tx.run({ text: insertSql, values: keys.map(column) })
}

/**
 * Takes deliveries that are due, so that each endpoint gets its turn: at most `total`, and of each endpoint no more than
 * `perEndpoint` less those that are under way here already.
 */
export async function claimDeliveries(
  db: Executor,
  node: string,
  total: number,
  perEndpoint: number,
  underWay: ReadonlyMap<string, number>,
): Promise<ClaimedDelivery[]> {
  const values = [node, total, perEndpoint, [...underWay.keys()], [...underWay.values()]]
  const { rows } = await db.run({ text: claimSql, values })
  return (rows as [string, string, string, string, number, string][]).map(
    ([id, webhook, url, payload, tries, secrets]) => ({
      id,
      webhook,
      url,
      payload,
      tries,
      secrets: JSON.parse(secrets),
    }),
  )
}

/** Keeps what is under way from being taken for abandoned. */
export async function renewClaims(db: Executor, node: string, ids: readonly string[]): Promise<void> {
  await db.run({ text: renewSql, values: [node, ids] })
}

/** Gives back what could not be tried: no attempt was made. */
export async function releaseClaim(db: Executor, node: string, id: string, afterSeconds: number): Promise<void> {
  await db.run({ text: releaseSql, values: [node, id, afterSeconds] })
}

/** It has arrived, whoever else may have taken it meanwhile. */
export async function settleDelivered(db: Executor, node: string, id: string, attempt: DeliveryAttempt): Promise<void> {
  await db.run({ text: deliveredSql, values: [id, JSON.stringify([attempt]), node] })
}

/**
 * It has not arrived: to be tried again after so many seconds, or given up. Tells since when nothing arrives, in seconds;
 * undefined when the claim was lost, in which case another node tells what becomes of it.
 */
export async function settleFailed(
  db: Executor,
  node: string,
  id: string,
  attempt: DeliveryAttempt,
  againSeconds: number | undefined,
): Promise<number | undefined> {
  const { rows } = await db.run({
    text: failedSql,
    values: [id, JSON.stringify([attempt]), againSeconds ?? null, node],
  })
  return rows[0]?.[0] as number | undefined
}

/** Makes the first waiting delivery of each record due, where nobody did: two that met may each leave it to the other. */
export async function wakeWaiting(db: Executor): Promise<void> {
  await db.run({ text: wakeSql, values: [] })
}
