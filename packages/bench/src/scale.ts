import { call } from './http.js'
import { Loader } from './load.js'
import { measureSide, type Timing } from './measure.js'
import type { Operation } from './operations.js'
import { operations } from './operations.js'
import { openDatabase, withClient } from './postgres.js'
import { type Fixture, prepare } from './prepare.js'
import { formatScales, type ScaleFigures } from './report.js'
import { grownSizes } from './seed.js'
import { type Side, startServer } from './sides.js'
import { settleTables } from './tables.js'
import { listUrl } from './urls.js'

/** At most this much slower may the large table be. */
const bar = 1.5

/** This server on a table of one size. */
interface Grown {
  readonly rows: number
  readonly databaseUrl: string
  readonly side: Side
  readonly fixture: Fixture
  /** Cursor of a page far into the list of published posts. */
  readonly cursor: string
}

const smallRows = 100_000
/** How far into the list the deep page lies: half of the published posts, at most this many. */
const maxDepth = 1_000_000

/** Measures the same requests on a small and on a large table, in turn, and prints how much more they take. */
export async function compareScales(rows: number, timing: Timing, cleanups: (() => Promise<void> | void)[]) {
  const small = await grow(smallRows, cleanups)
  const large = await grow(rows, cleanups)
  const loader = new Loader()
  cleanups.push(() => loader.stop())
  const results: ScaleFigures[] = []
  for (const operation of scaleOperations()) {
    const rates = new Map<Grown, number[]>([
      [small, []],
      [large, []],
    ])
    for (const grown of [small, large, large, small])
      rates.get(grown)!.push(await rateOf(operation, grown, loader, timing))
    const [smallRate, largeRate] = [small, large].map((grown) => mean(rates.get(grown)!)) as [number, number]
    results.push({ operation: operation.name, smallRate, largeRate, factor: smallRate / largeRate, bar })
    console.log(`  ${operation.name}: ${Math.round(smallRate)}/s and ${Math.round(largeRate)}/s`)
  }
  console.log(`\n${formatScales(results, smallRows, rows)}`)
}

async function grow(rows: number, cleanups: (() => Promise<void> | void)[]): Promise<Grown> {
  console.log(`Filling a table of ${rows.toLocaleString('en-US')} posts …`)
  const database = await openDatabase()
  cleanups.push(database.close)
  const side = await startServer(database.url)
  cleanups.push(side.stop)
  const fixture = await prepare(side, database.url, grownSizes(rows))
  await withClient(database.url, settleTables)
  const depth = Math.min(maxDepth, Math.floor(rows * 0.4))
  const path = `${listUrl.replace('limit=20', 'limit=1')}&offset=${depth - 1}`
  const { json } = await call(side.url, { path, token: await side.signIn() })
  return { rows, databaseUrl: database.url, side, fixture, cursor: json.meta.nextCursor }
}

type GrownOperation = Pick<Operation, 'name' | 'writes' | 'connections' | 'headers'> & {
  requests(grown: Grown): ReturnType<Operation['requests']>
}

/** Those of the benchmark that should not depend on the size of the table, and pages far into it. */
function scaleOperations(): GrownOperation[] {
  const shared = ['get', 'list', 'list+estimated', 'filter', 'create'].map((name) => {
    const operation = operations.find((candidate) => candidate.name === name)!
    return { ...operation, requests: ({ fixture }: Grown) => operation.requests(fixture) }
  })
  const page = (name: string, more: string): GrownOperation => ({
    name,
    connections: 32,
    requests: ({ cursor }) => [{ method: 'GET', path: `${listUrl}&cursor=${cursor}${more}` }],
  })
  const upTo: GrownOperation = {
    name: 'list+upTo:1000',
    connections: 32,
    requests: () => [{ method: 'GET', path: `${listUrl}&count=upTo:1000` }],
  }
  return [...shared, upTo, page('deep page', ''), page('deep page+estimated', '&count=estimated')]
}

async function rateOf(operation: GrownOperation, grown: Grown, loader: Loader, timing: Timing): Promise<number> {
  return withClient(grown.databaseUrl, async (client) => {
    const bound = { ...operation, bar: 0, compare: () => undefined, requests: () => operation.requests(grown) }
    return (await measureSide({ loader, client, fixture: grown.fixture }, grown.side, bound, timing)).rate
  })
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
