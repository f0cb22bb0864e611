import type { Statement } from '../platform/db/index.js'

/** The schema of pg-boss' tables. */
export const jobSchema = 'holdfast_jobs'

const job = `${jobSchema}.job`

/** A node that has not written for so long down that it runs a job does not run it any more. */
const deadAfterSeconds = 8
/** How often a process may end under a job before that costs the job its attempts: the job may be why. */
const forgivenEnds = 20

const statement = (text: string, ...values: unknown[]): Statement => ({ text, values })

/** Whoever holds it, any number of ours, may change the tables of pg-boss; it may take a while. */
export const waitForLock: readonly Statement[] = [
  statement('set local statement_timeout = 0'),
  statement('set local idle_in_transaction_session_timeout = 0'),
  statement('select pg_advisory_xact_lock(4400002)'),
]

/** What pg-boss has no index for: who runs, and what an admin lists. The last one made is looked for. */
export const jobIndexes: { readonly find: Statement; readonly create: readonly Statement[] } = {
  find: statement(`select to_regclass('${jobSchema}.holdfast_job_listed') is not null`),
  create: [
    statement(`create index if not exists holdfast_job_running on ${job}_common (name) where state = 'active'`),
    statement(`create index if not exists holdfast_job_listed on ${job}_common (created_on desc, id desc)`),
  ],
}

/** Jobs that this node holds: their kind, id and which attempt. */
export interface Held {
  readonly name: string
  readonly id: string
  readonly retryCount: number
}

const columns = (held: readonly Held[]) => [
  held.map(({ name }) => name),
  held.map(({ id }) => id),
  held.map(({ retryCount }) => retryCount),
]

/** An attempt that was taken away, ended or cancelled is not its runner's to write to. */
const heldBy = `from unnest($1::text[], $2::uuid[], $3::int[]) as held (name, id, attempt)
  where j.name = held.name and j.id = held.id and j.retry_count = held.attempt and j.state = 'active'`

/** Says that the jobs are still run here; gives the ids of those that are. */
export const beat = (held: readonly Held[]): Statement =>
  statement(`update ${job} j set heartbeat_on = now() ${heldBy} returning j.id`, ...columns(held))

const ofTheDead = `state = 'active' and heartbeat_on < now() - interval '${deadAfterSeconds} seconds'`

/** The one query of an idle node: which of `idle` have a job to begin, and whether a job of `all` is held by the dead. */
export const look = (idle: readonly string[], all: readonly string[]): Statement =>
  statement(
    `select array_to_json(array(select name from unnest($1::text[]) as kind (name) where exists (
        select from ${job} j where j.name = kind.name and j.state < 'active' and not j.blocked and j.start_after <= now()))),
      exists (select from ${job} where name = any ($2) and ${ofTheDead})`,
    idle,
    all,
  )

/** Gives jobs back that can go on elsewhere at once: this costs them no attempt. */
export const handBack = (held: readonly Held[]): Statement =>
  statement(
    `update ${job} j set state = 'retry', retry_limit = retry_limit + 1, start_after = now(), heartbeat_on = null ${heldBy}`,
    ...columns(held),
  )

/** Ends an attempt that failed; the job waits for the next one, or has failed when there is none. */
export const endAttempt = (held: Held, error: object, delaySeconds: number | undefined): Statement =>
  statement(
    `update ${job} j set output = $4::jsonb, heartbeat_on = null,
      state = case when again then 'retry' else 'failed' end::${jobSchema}.job_state,
      start_after = case when again then now() + $5 * interval '1 second' else j.start_after end,
      completed_on = case when again then null else now() end
    from (select x.*, x.retry_count < x.retry_limit and $5::float8 is not null as again from ${job} x
      where x.name = $1 and x.id = $2 for update) was
    where j.name = was.name and j.id = was.id and was.retry_count = $3 and was.state = 'active'`,
    held.name,
    held.id,
    held.retryCount,
    JSON.stringify(error),
    delaySeconds ?? null,
  )

/**
 * Takes jobs away from nodes that are gone. That costs a job no attempt, but the next one begins later each time, and a job
 * under which process after process ends is tried no more often than another.
 */
export const takeFromDead = (names: readonly string[]): Statement =>
  statement(
    `update ${job} j set state = case when again then 'retry' else 'failed' end::${jobSchema}.job_state, heartbeat_on = null,
      retry_limit = j.retry_limit + case when forgiven then 1 else 0 end,
      start_after = case when again then now() + least(was.ends, 30) * interval '1 second' else j.start_after end,
      completed_on = case when again then null else now() end,
      output = '{"message": "The process that ran it ended"}'
    from (
      select x.name, x.id, x.ends, x.forgiven, x.forgiven or x.retry_count < x.retry_limit as again from (
        select d.name, d.id, d.retry_count, d.retry_limit, greatest(0, d.retry_limit - q.retry_limit) as ends,
          d.retry_limit - q.retry_limit < ${forgivenEnds} as forgiven
        from ${job} d join ${jobSchema}.queue q on q.name = d.name
        where d.name = any ($1) and ${ofTheDead}
        for update of d skip locked
      ) x
    ) was
    where j.name = was.name and j.id = was.id
    returning j.name, j.id, j.state::text`,
    names,
  )

/** Holds the waiting job of a key where it is until the transaction ends. */
export const keepWaiting = (name: string, key: string): Statement =>
  statement(
    `select id from ${job} where name = $1 and singleton_key = $2 and state = 'created' for key share`,
    name,
    key,
  )

/** Ended well so long ago that nobody asks; pg-boss drops the others. */
export const dropCompleted = statement(
  `delete from ${job} where state = 'completed' and completed_on < now() - interval '7 days'`,
)
