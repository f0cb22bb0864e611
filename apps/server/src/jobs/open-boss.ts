import type { PgBoss } from 'pg-boss'
import { type Database, toAppError } from '../platform/db/index.js'
import type { Log } from '../platform/log/index.js'
import type { JobKind } from './job-kind.js'
import { jobIndexes, jobSchema, waitForLock } from './job-sql.js'

const hour = 60 * 60
const day = 24 * hour
/** How long ended jobs are kept: those that failed are read by people, those that went well by nobody after a while. */
const keepEndedSeconds = 30 * day
/** A job waits until somebody runs it or cancels it; pg-boss would drop it after two weeks. */
const keepWaitingSeconds = 3650 * day
/**
 * pg-boss on the server's own pool: its tables are made or brought up to date, by one node at a time, and every kind of job has
 * its queue and schedule. It keeps jobs, schedules and old jobs; running them is ours, see decision 0016.
 */
export async function openBoss(db: Database, kinds: readonly JobKind[], log: Log): Promise<PgBoss> {
  // Loaded late: a server is up before it thinks of jobs.
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({
    db: { executeSql: (text, values) => db.runForeign(text, values) },
    schema: jobSchema,
    // A look at the clock, and the worker behind it: how late a schedule may be.
    cronMonitorIntervalSeconds: 10,
    cronWorkerIntervalSeconds: 5,
    // What it does beside dropping old jobs, nobody here needs: counts of each queue, jobs that wait for jobs.
    superviseIntervalSeconds: hour,
    monitorIntervalSeconds: day,
    flowIntervalSeconds: day,
    monitorVacuum: false,
    // It would run out of the pool's statement timeout and leave broken indexes behind.
    reindex: false,
  })
  boss.on('error', (error) => tell(log, error))
  boss.on('warning', ({ message, data }) => log.debug({ data }, message))
  try {
    await oneNodeAtATime(db, async () => {
      await boss.start()
      await prepare(boss, db, kinds)
    })
    return boss
  } catch (error) {
    await closeBoss(boss)
    throw error
  }
}

/** Some of its errors are mere objects. That the database is away is told by others. */
function tell(log: Log, error: Error): void {
  const err = error instanceof Error ? error : Object.assign(new Error(), error)
  if (toAppError(err)?.code === 'unavailable') log.debug({ err }, 'pg-boss could not reach the database')
  else log.warn({ err }, 'pg-boss met an error')
}

export const closeBoss = (boss: PgBoss): Promise<void> => boss.stop({ graceful: false, close: false })

/** pg-boss' own lock does not do: who waited for it may still take the new schema for missing. */
const oneNodeAtATime = (db: Database, work: () => Promise<void>): Promise<void> =>
  db.transaction(async (tx) => {
    for (const statement of waitForLock) await tx.run(statement)
    await work()
  })

async function prepare(boss: PgBoss, db: Database, kinds: readonly JobKind[]): Promise<void> {
  await createIndexes(db)
  const queues = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]))
  const schedules = new Map((await boss.getSchedules()).map((schedule) => [schedule.name, schedule]))
  for (const kind of kinds) {
    const wanted = toQueue(kind)
    const queue = queues.get(kind.name)
    if (!queue) await boss.createQueue(kind.name, { ...wanted, policy: 'short' })
    else if (Object.entries(wanted).some(([key, value]) => queue[key as keyof typeof wanted] !== value))
      await boss.updateQueue(kind.name, wanted)
    await schedule(boss, kind, schedules.get(kind.name)?.cron)
  }
}

const toQueue = ({ retries }: JobKind) => ({
  retryLimit: retries,
  // Runners end attempts in time and look after those of the dead. pg-boss must not, nor by heartbeats: it would cost an attempt.
  expireInSeconds: day,
  retentionSeconds: keepWaitingSeconds,
  deleteAfterSeconds: keepEndedSeconds,
})

/** Schedules of kinds this node does not know stay: a newer node may have made them. */
async function schedule(boss: PgBoss, kind: JobKind, known: string | undefined): Promise<void> {
  if (kind.schedule === known) return
  // A tick that found no node running is made up for, once.
  if (kind.schedule !== undefined) await boss.schedule(kind.name, kind.schedule, {}, { missed: 'once' })
  else await boss.unschedule(kind.name)
}

async function createIndexes(db: Database): Promise<void> {
  const { rows } = await db.run(jobIndexes.find)
  if (rows[0]?.[0] === true) return
  for (const statement of jobIndexes.create) await db.run(statement)
}
