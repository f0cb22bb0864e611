/** A claim is good for so long unless it is renewed: what a node that was killed had taken is free again then. */
const leaseSeconds = 10
/** After so many failures in a row a receiver is only probed, by one call at a time over all nodes. */
const patience = 4
/** The probe of a node that was killed is given up after this. */
const probeSeconds = 30
/** Longest pause between two probes. */
const probePauseSeconds = 60

export const insertSql = `
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

export const claimSql = `
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

export const renewSql = `
  update holdfast.webhook_deliveries set claimed_until = now() + ${lease}
  where id = any($2::uuid[]) and claimed_by = $1 and state = 'pending'`

const unclaimed = 'claimed_by = null, claimed_until = null'

export const releaseSql = `
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

// An answer to what was forgotten meanwhile, or to what another node has sent again since, is not kept.
export const deliveredSql = `
  with settled as (
    update holdfast.webhook_deliveries set state = 'delivered', tries = tries + 1,
      attempts = attempts || case when claimed_by = $3 then $2::jsonb else jsonb_set($2::jsonb, '{0,response}', 'null') end,
      next_attempt_at = null, ${unclaimed}
    where id = $1 and state = 'pending' returning webhook, record, position),
  next as (${wakeNext('settled')})
  update holdfast.webhooks w set failures = 0, failing_since = null, paused_until = null
  from settled s where w.id = s.webhook and w.failures > 0`

export const failedSql = `
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

export const wakeSql = `
  update holdfast.webhook_deliveries d set next_attempt_at = now()
  from holdfast.webhooks w
  where w.id = d.webhook and w.enabled and w.ordered and d.state = 'pending' and d.next_attempt_at is null
    and not exists (
      select from holdfast.webhook_deliveries e
      where e.webhook = d.webhook and e.record = d.record and e.state = 'pending' and e.position < d.position)`
