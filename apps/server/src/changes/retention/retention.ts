import type { ChangeLogState } from '@holdfast/contract'
import { Inject, Injectable } from '@nestjs/common'
import { Jobs } from '../../jobs/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database } from '../../platform/db/index.js'
import { Log } from '../../platform/log/index.js'
import { isFull, planTrim } from './plan-trim.js'
import { closeHead, dropSegment, readHead, readNeeded, readSegments } from './segments.js'

/** Keeps the log within its age and size, on one node at a time: old segments go as a whole. */
@Injectable()
export class ChangeRetention {
  private readonly limits: { readonly hours: number; readonly bytes: number }

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly db: Database,
    private readonly log: Log,
    jobs: Jobs,
  ) {
    this.limits = { hours: config.changesRetentionHours, bytes: config.changesMaxMb * 1024 * 1024 }
    jobs.define('changes.trim', { schedule: '*/5 * * * *' }, () => this.trim())
  }

  async trim(): Promise<void> {
    const head = await readHead(this.db)
    if (head && isFull(head, this.limits) && !(await closeHead(this.db)))
      this.log.info('the change log was written to all the time: a new segment is begun later')
    const [segments, left, neededFrom] = [
      await readSegments(this.db),
      await readHead(this.db),
      await readNeeded(this.db),
    ]
    const plan = planTrim(segments, left?.bytes ?? 0, { ...this.limits, neededFrom })
    for (const segment of plan.drop) if (!(await dropSegment(this.db, segment))) return
    if (plan.heldBack)
      this.log.warn(
        'the change log is kept beyond its limits for a consumer that has not read it: see GET /api/v1/admin/changes',
      )
  }

  /** What admins see of the log. */
  async state(): Promise<ChangeLogState> {
    const { rows } = await this.db.run({ text: stateText, values: [] })
    return JSON.parse(rows[0]![0] as string) as ChangeLogState
  }
}

const iso = (time: string): string => `to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
const size = (table: string): string => `pg_total_relation_size(${table})::int8`

const stateText = `
  with segments as (
    select s.name, ${size(`format('holdfast.%I', s.name)::regclass`)} as bytes, s.up_to, s.closed_at from holdfast.change_segments s
    union all select 'changes_head', ${size(`'holdfast.changes_head'`)}, null, null)
  select json_build_object(
    'segments', (select json_agg(json_build_object('name', name, 'bytes', bytes, 'upTo', up_to, 'closedAt', ${iso('closed_at')})
      order by up_to nulls last) from segments),
    'bytes', (select sum(bytes)::int8 from segments),
    'keptBytes', ${size(`'holdfast.changes_kept'`)},
    'oldest', (select ${iso('min(first.at)')} from segments s, lateral (
      select c.at from holdfast.changes c where c.tableoid = format('holdfast.%I', s.name)::regclass order by c.position limit 1) first),
    'trimmedTo', (select position from holdfast.changes_trimmed),
    'consumers', (select coalesce(json_agg(json_build_object('name', name, 'position', position,
      'behind', greatest(0, (select last_value from holdfast.changes_position) - position), 'readAt', ${iso('updated_at')}) order by name), '[]')
      from holdfast.change_consumers))::text`
