import type pg from 'pg'
import { withoutChangeLog } from './change-log.js'
import type { Loader } from './load.js'
import type { LoadResult } from './loader.js'
import type { Operation } from './operations.js'
import type { Fixture } from './prepare.js'
import type { Side, SideName } from './sides.js'
import { restorePosts, setTriggersFor } from './tables.js'

export interface Timing {
  readonly warmUpSeconds: number
  readonly seconds: number
}

/** What one side reached in one operation, over all rounds. */
export interface Figures {
  readonly rate: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Processor time of the process per answer, in microseconds. Says more than the rate where the machine is busy. */
  readonly cpuUs: number | undefined
}

/** One stretch of load on one side. */
interface Stretch extends LoadResult {
  readonly cpuUs: number | undefined
}

export interface Measurement {
  readonly operation: string
  readonly bar: number
  readonly floor: Figures
  readonly server: Figures
  /** The server's rate as a share of the floor's. */
  readonly ratio: number
}

export interface Bench {
  readonly floor: Side
  readonly server: Side
  readonly loader: Loader
  readonly client: pg.Client
  readonly fixture: Fixture
}

type Measuring = Pick<Bench, 'loader' | 'client' | 'fixture'>

/** Both sides in turn, then the other way round: who comes second finds warmer caches and a fuller disk. */
export async function measure(bench: Bench, operation: Operation, timing: Timing): Promise<Measurement> {
  const results: Record<SideName, Stretch[]> = { floor: [], server: [] }
  for (const side of [bench.floor, bench.server, bench.server, bench.floor])
    results[side.name].push(await measureSide(bench, side, operation, timing))
  const floor = toFigures(results.floor, operation)
  const server = toFigures(results.server, operation)
  return { operation: operation.name, bar: operation.bar, floor, server, ratio: server.rate / floor.rate }
}

/** One stretch of load on one side. @throws when an answer was not 2xx */
export function measureSide(bench: Measuring, side: Side, operation: Operation, timing: Timing): Promise<Stretch> {
  const run = (): Promise<Stretch> => runSide(bench, side, operation, timing)
  return operation.unlogged ? withoutChangeLog(side, run) : run()
}

async function runSide(
  { loader, client, fixture }: Measuring,
  side: Side,
  operation: Operation,
  { warmUpSeconds, seconds }: Timing,
): Promise<Stretch> {
  if (operation.writes) await setTriggersFor(client, side.name)
  const load = {
    url: side.url,
    headers: await headersFor(side, operation),
    requests: operation.requests(fixture),
    connections: operation.connections,
  }
  const { amount } = operation
  await loader.run(amount ? { ...load, amount: 1 } : { ...load, seconds: warmUpSeconds })
  const cpuBeforeMs = await side.cpuMs()
  const result = await loader.run(amount ? { ...load, amount } : { ...load, seconds })
  const cpuMs = ((await side.cpuMs()) ?? Number.NaN) - (cpuBeforeMs ?? Number.NaN)
  if (operation.writes) await restorePosts(client)
  if (result.failures > 0 || result.answers === 0)
    throw new Error(`${operation.name}: ${result.failures} of ${result.answers} answers of the ${side.name} failed`)
  return { ...result, cpuUs: Number.isNaN(cpuMs) ? undefined : (cpuMs * 1000) / result.answers }
}

async function headersFor(side: Side, operation: Operation): Promise<Record<string, string>> {
  const token = await side.signIn()
  return { ...operation.headers, 'content-type': 'application/json', authorization: `Bearer ${token}` }
}

function toFigures(results: readonly Stretch[], { recordsPerAnswer = 1 }: Operation): Figures {
  const mean = (value: (result: Stretch) => number) =>
    results.reduce((sum, result) => sum + value(result), 0) / results.length
  return {
    rate: mean((result) => result.rate) * recordsPerAnswer,
    p50Ms: mean((result) => result.p50Ms),
    p99Ms: mean((result) => result.p99Ms),
    cpuUs: results[0]?.cpuUs === undefined ? undefined : mean((result) => result.cpuUs ?? 0),
  }
}
