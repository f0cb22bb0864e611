import type { MetricsPoint } from '@holdfast/contract'
import type { Database } from '../../platform/db/index.js'
import { mergeWindows, type StoredWindow, toPoint, type Window } from './window.js'

export interface NodeWindow {
  readonly at: Date
  readonly window: Window
}

/** Writes minutes of a node. Once more for the same minute: what it says now. */
export async function writeWindows(db: Database, node: string, windows: readonly NodeWindow[]): Promise<void> {
  const values = [windows.map(({ at }) => at.toISOString()), node, windows.map(({ window }) => JSON.stringify(window))]
  await db.run({ text: write, values })
}

/** When the first numbers are from. */
export async function findSince(db: Database): Promise<string | null> {
  const { rows } = await db.run({ text: `select ${iso('min(at)')} from holdfast.metrics`, values: [] })
  return rows[0]![0] as string | null
}

/** One point for each step from `from` on, also where nothing was counted. */
export async function readSeries(db: Database, from: Date, to: Date, stepSeconds: number): Promise<MetricsPoint[]> {
  const stepMs = stepSeconds * 1000
  const begin = Math.floor(from.getTime() / stepMs) * stepMs
  const values = [new Date(begin).toISOString(), to.toISOString()]
  const { rows } = await db.run({ text: read, values })
  const steps = new Map<number, StoredWindow[]>()
  for (const [at, data] of rows as [string, string][]) {
    const step = Math.floor((Date.parse(at) - begin) / stepMs)
    const window = { at, ...(JSON.parse(data) as Window) }
    const found = steps.get(step)
    if (found) found.push(window)
    else steps.set(step, [window])
  }
  const count = Math.ceil((to.getTime() - begin) / stepMs)
  return Array.from({ length: count }, (_, step) =>
    toPoint(new Date(begin + step * stepMs), mergeWindows(steps.get(step) ?? [])),
  )
}

/** Puts minutes that are older than two days together to hours, one hour after the other. */
export async function rollUp(db: Database, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const isDone = await db.transaction(async (tx) => {
      const { rows } = await tx.run({ text: takeHour, values: [] })
      const [first] = rows as [string, string, string][]
      if (!first) return true
      const windows = rows.map(([, at, data]) => ({ at: at as string, ...(JSON.parse(data as string) as Window) }))
      await tx.run({ text: writeHour, values: [first[0], JSON.stringify(mergeWindows(windows))] })
      return false
    })
    if (isDone) return
  }
}

export const dropOld = async (db: Database, days: number): Promise<void> => {
  await db.run({ text: `delete from holdfast.metrics where at < now() - $1 * interval '1 day'`, values: [days] })
}

const iso = (time: string): string => `to_char(${time}, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')`
const write = `
  insert into holdfast.metrics (at, node, seconds, data)
  select at, $2, 60, data from unnest($1::timestamptz[], $3::json[]) w (at, data)
  on conflict (at, node, seconds) do update set data = excluded.data`
const read = `select ${iso('at')}, data::text from holdfast.metrics where at >= $1 and at < $2 order by at`

// One node takes an hour; whoever comes second finds its rows gone.
const takeHour = `
  with hour as (
    select date_trunc('hour', min(at)) as at from holdfast.metrics
    where seconds = 60 and at < date_trunc('hour', now() - interval '2 days')),
  taken as (
    delete from holdfast.metrics m using hour h
    where m.seconds = 60 and m.at >= h.at and m.at < h.at + interval '1 hour' returning m.at, m.data)
  select ${iso('h.at')}, ${iso('t.at')}, t.data::text from taken t, hour h`
const writeHour = `
  insert into holdfast.metrics (at, node, seconds, data) values ($1, '', 3600, $2)
  on conflict (at, node, seconds) do nothing`
