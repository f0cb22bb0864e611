import type { DeliveryAttempt } from '@holdfast/contract'
import type { Executor } from '../../platform/db/index.js'

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

/** A signing secret, encrypted. */
export interface StoredSecret {
  readonly id: string
  readonly secret: string
}

/** A claim is good for so long unless it is renewed: what a node that was killed had taken is free again then. */
const leaseSeconds = 10
/** After so many failures in a row a receiver is only probed, by one call at a time over all nodes. */
const patience = 4
/** The probe of a node that was killed is given up after this. */
const probeSeconds = 30
/** Longest pause between two probes. */
const probePauseSeconds = 60

/**
 * In one statement with all others of a page. Of an ordered webhook only the first delivery of a record is due: the next one
 * becomes so when that is over.
 */
export async function insertDeliveries(tx: Executor, deliveries: readonly NewDelivery[]): Promise<void> {
  if (deliveries.length === 0) return
  const column = (key: keyof NewDelivery): unknown[] => deliveries.map((delivery) => delivery[key])
  const keys = ['id', 'webhook', 'position', 'record', 'event', 'payload'] as const
  await tx.run({ text: insert, values: keys.map(column) })
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
  const { rows } = await db.run({ text: claim, values })
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
  await db.run({ text: renew, values: [node, ids] })
}

/** Gives back what could not be tried: no attempt was made. */
export async function releaseClaim(db: Executor, node: string, id: string, afterSeconds: number): Promise<void> {
  await db.run({ text: release, values: [node, id, afterSeconds] })
}

/** It has arrived, whoever else may have taken it meanwhile. */
export async function settleDelivered(db: Executor, id: string, attempt: DeliveryAttempt): Promise<void> {
  await db.run({ text: delivered, values: [id, JSON.stringify([attempt])] })
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
  const { rows } = await db.run({ text: failed, values: [id, JSON.stringify([attempt]), againSeconds ?? null, node] })
  return rows[0]?.[0] as number | undefined
}

/** Makes the first waiting delivery of each record due, where nobody did: two that met may each leave it to the other. */
export async function wakeWaiting(db: Executor): Promise<void> {
  await db.run({ text: wake, values: [] })
}

const insert = `
  insert into holdfast.webhook_deliveries (id, webhook, position, record, event, payload, next_attempt_at)
  select x.id, x.webhook, x.position, x.record, x.event, x.payload,
    case when not w.ordered or (x.place = 1 and not exists (
      select from holdfast.webhook_deliveries e
      where e.webhook = x.webhook and e.record = x.record and e.state = 'pending' and e.position < x.position))
    then now() end
  from (select *, row_number() over (partition by u.webhook, u.record order by u.position) as place
    from unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::uuid[], $5::text[], $6::text[])
      as u (id, webhook, position, record, event, payload)) x
  join holdfast.webhooks w on w.id = x.webhook
  on conflict (webhook, position) do nothing`

const isProbed = `w.failures >= ${patience}`
const lease = `interval '${leaseSeconds} seconds'`

const claim = `
  with open as materialized (
    select w.id, w.url, w.ordered, ${isProbed} as probed,
      case when ${isProbed} then 1 when w.failures > 0 then 2 else $3::int end - coalesce(u.calls, 0) as room
    from holdfast.webhooks w
    left join unnest($4::uuid[], $5::int[]) as u (webhook, calls) on u.webhook = w.id
    where w.enabled and (w.paused_until is null or w.paused_until <= now()) and exists (
      select from holdfast.webhook_deliveries d
      where d.webhook = w.id and d.state = 'pending' and d.next_attempt_at <= now())
    for no key update of w skip locked),
  due as materialized (
    select d.id, o.id as webhook, o.url, o.probed, row_number() over (partition by o.id) as turn
    from open o cross join lateral (
      select d.id from holdfast.webhook_deliveries d
      where d.webhook = o.id and d.state = 'pending' and d.next_attempt_at <= now()
        and (d.claimed_until is null or d.claimed_until < now())
        and (not o.ordered or d.record is null or not exists (
          select from holdfast.webhook_deliveries e
          where e.webhook = d.webhook and e.record = d.record and e.state = 'pending' and e.position < d.position))
      order by d.next_attempt_at, d.position limit least($2::int, greatest(0, o.room))
      for update skip locked) d),
  taken as (select * from due order by turn, random() limit $2),
  probing as (
    update holdfast.webhooks w set paused_until = now() + interval '${probeSeconds} seconds'
    from taken t where t.probed and w.id = t.webhook)
  update holdfast.webhook_deliveries d set claimed_by = $1, claimed_until = now() + ${lease}
  from taken t where d.id = t.id
  returning d.id, d.webhook, t.url, d.payload, d.tries,
    (select coalesce(json_agg(json_build_object('id', s.id, 'secret', s.secret) order by s.id desc), '[]')
     from holdfast.webhook_secrets s
     where s.webhook = d.webhook and (s.expires_at is null or s.expires_at > now()))`

const renew = `
  update holdfast.webhook_deliveries set claimed_until = now() + ${lease}
  where id = any($2::uuid[]) and claimed_by = $1 and state = 'pending'`

const unclaimed = 'claimed_by = null, claimed_until = null'

const release = `
  with released as (
    update holdfast.webhook_deliveries set ${unclaimed}, next_attempt_at = now() + $3::float8 * interval '1 second'
    where id = $2 and claimed_by = $1 and state = 'pending' returning webhook)
  update holdfast.webhooks w set paused_until = null from released r where w.id = r.webhook and ${isProbed}`

/** The next delivery of the same record of an ordered webhook, which waited for this one. */
const wakeNext = (settled: string): string => `
  update holdfast.webhook_deliveries d set next_attempt_at = now()
  from ${settled} s cross join lateral (
    select e.id from holdfast.webhook_deliveries e
    where e.webhook = s.webhook and e.record = s.record and e.state = 'pending' and e.position > s.position
    order by e.position limit 1) n
  where d.id = n.id and d.next_attempt_at is null`

const delivered = `
  with settled as (
    update holdfast.webhook_deliveries set state = 'delivered', tries = tries + 1, attempts = attempts || $2::jsonb,
      next_attempt_at = null, ${unclaimed}
    where id = $1 and state = 'pending' returning webhook, record, position),
  next as (${wakeNext('settled')})
  update holdfast.webhooks w set failures = 0, failing_since = null, paused_until = null
  from settled s where w.id = s.webhook and w.failures > 0`

const failed = `
  with settled as (
    update holdfast.webhook_deliveries set state = case when $3::float8 is null then 'failed' else 'pending' end,
      tries = tries + 1, attempts = attempts || $2::jsonb,
      next_attempt_at = now() + $3::float8 * interval '1 second', ${unclaimed}
    where id = $1 and state = 'pending' and claimed_by = $4 returning webhook, record, position, state),
  over as (select * from settled where state = 'failed'),
  next as (${wakeNext('over')})
  update holdfast.webhooks w set failures = failures + 1, failing_since = coalesce(failing_since, now()),
    paused_until = case when failures + 1 >= ${patience}
      then now() + least(${probePauseSeconds}, power(2, least(failures, 20) - ${patience - 1})) * interval '1 second' end
  from settled s where w.id = s.webhook
  returning extract(epoch from now() - w.failing_since)::float8`

const wake = `
  update holdfast.webhook_deliveries d set next_attempt_at = now()
  from holdfast.webhooks w
  where w.id = d.webhook and w.enabled and w.ordered and d.state = 'pending' and d.next_attempt_at is null
    and not exists (
      select from holdfast.webhook_deliveries e
      where e.webhook = d.webhook and e.record = d.record and e.state = 'pending' and e.position < d.position)`
