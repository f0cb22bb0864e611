import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { checkAnswers, checkRefusals } from './check-answers.js'
import { Loader } from './load.js'
import { type Bench, type Measurement, measure, type Timing } from './measure.js'
import { help, type Options, parseOptions } from './options.js'
import { openDatabase, withClient } from './postgres.js'
import { prepare } from './prepare.js'
import { profileSides } from './profile.js'
import { measureRealtime } from './realtime/measure-realtime.js'
import { describeMachine, formatProcesses, formatTable, type ProcessFigures, type Report } from './report.js'
import { compareScales } from './scale.js'
import { type Side, startFloor, startServer } from './sides.js'
import { measureSignIns } from './sign-ins.js'
import { settleTables } from './tables.js'

const timings: Record<'full' | 'quick', Timing> = {
  full: { warmUpSeconds: 3, seconds: 10 },
  quick: { warmUpSeconds: 1, seconds: 3 },
}

const say = (text: string) => console.log(text)

/** What must be undone at the end, last first. */
const cleanups: (() => Promise<void> | void)[] = []

async function main(options: Options): Promise<void> {
  if (options.scaleRows) return compareScales(options.scaleRows, timings[options.quick ? 'quick' : 'full'], cleanups)
  if (options.realtime) return measureRealtime(timings[options.quick ? 'quick' : 'full'].seconds, cleanups)
  if (options.signIns) return measureSignIns(timings[options.quick ? 'quick' : 'full'].seconds, cleanups)
  say('Starting PostgreSQL and the server, defining collections, filling tables …')
  const database = await openDatabase()
  cleanups.push(database.close)
  const first = await startServer(database.url)
  cleanups.push(first.stop)
  const fixture = await prepare(first, database.url)
  await first.stop()

  await withClient(database.url, settleTables)
  if (options.profile) return profileSides(database.url, fixture, options.profile, timings.quick)

  await withClient(database.url, async (client) => {
    const floor = await startFloor(database.url)
    cleanups.push(floor.stop)
    const server = await startServer(database.url)
    cleanups.push(server.stop)
    const loader = new Loader()
    cleanups.push(() => loader.stop())
    await run({ floor, server, loader, client, fixture }, options)
  })
}

async function run(bench: Bench, options: Options): Promise<void> {
  // Idle is what a side holds once it has given back what its start took.
  await sleep(3000)
  const idleMb = { floor: (await bench.floor.memory())?.nowMb, server: (await bench.server.memory())?.nowMb }
  await checkRefusals(bench)
  for (const operation of options.operations) await checkAnswers(bench, operation)
  say('Both sides answer alike. Measuring …')

  const measurements: Measurement[] = []
  for (const operation of options.operations) {
    measurements.push(await measure(bench, operation, timings[options.quick ? 'quick' : 'full']))
    const { floor, server, ratio } = measurements.at(-1)!
    say(`  ${operation.name}: ${Math.round(floor.rate)}/s and ${Math.round(server.rate)}/s, ratio ${ratio.toFixed(2)}`)
  }

  const figuresOf = async (side: Side): Promise<ProcessFigures> => ({
    startMs: side.startMs,
    idleMb: idleMb[side.name],
    peakMb: (await side.memory())?.peakMb,
  })
  const { rows } = await bench.client.query<{ version: string }>(`select current_setting('server_version') as version`)
  const report: Report = {
    measuredAt: new Date().toISOString(),
    quick: options.quick,
    machine: describeMachine(),
    node: process.version,
    postgres: rows[0]!.version,
    measurements,
    processes: { floor: await figuresOf(bench.floor), server: await figuresOf(bench.server) },
  }
  await writeFile(options.jsonPath, `${JSON.stringify(report, null, 2)}\n`)
  say(`\n${formatTable(measurements)}\n\n${formatProcesses(report.processes)}\n\nWritten to ${options.jsonPath}`)
}

let interrupted = false

async function cleanUp(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => {
    interrupted = true
    cleanUp().finally(() => process.exit(130))
  })

function readOptions(): Options | undefined {
  try {
    return parseOptions(process.argv.slice(2))
  } catch (error) {
    console.error(`bench: ${(error as Error).message}`)
    process.exit(2)
  }
}

const options = readOptions()
try {
  if (options) await main(options).finally(cleanUp)
  else say(help)
} catch (error) {
  // What was under way when it was interrupted fails; nobody needs to hear why.
  if (!interrupted) console.error(error)
  process.exitCode = 1
}
