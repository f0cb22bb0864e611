import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Loader } from './load.js'
import type { LoadResult } from './loader.js'
import { measureSide, type Timing } from './measure.js'
import type { Operation } from './operations.js'
import { withClient } from './postgres.js'
import type { Fixture } from './prepare.js'
import { startFloor, startServer } from './sides.js'

/** The part of a `.cpuprofile` that is read here. Times are in microseconds on the machine's monotonic clock. */
export interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[]
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** Prints where the floor and the server spend their time under one kind of load. */
export async function profileSides(databaseUrl: string, fixture: Fixture, operation: Operation, timing: Timing) {
  for (const startSide of [startFloor, startServer]) {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-profile-'))
    const flags = ['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`]
    const side = await startSide(databaseUrl, flags)
    const loader = new Loader()
    try {
      const load = await withClient(databaseUrl, (client) =>
        measureSide({ loader, client, fixture }, side, operation, timing),
      )
      await side.stop()
      const [file] = await readdir(folder)
      if (!file) throw new Error(`the ${side.name} left no profile`)
      const profile = JSON.parse(await readFile(join(folder, file), 'utf8')) as CpuProfile
      console.log(`\n${operation.name}, ${side.name}: ${Math.round(load.rate)} answers per second while profiled\n`)
      console.log(formatProfile(profile, load))
    } finally {
      loader.stop()
      await side.stop()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

const functionsShown = 45

/** Self time by package and by function, in microseconds per answer. */
export function formatProfile(profile: CpuProfile, load: Pick<LoadResult, 'fromUs' | 'toUs' | 'answers'>): string {
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]))
  const byFunction = new Map<string, number>()
  const byPackage = new Map<string, number>()
  const add = (sums: Map<string, number>, key: string, us: number) => sums.set(key, (sums.get(key) ?? 0) + us)
  let at = profile.startTime
  for (const [index, id] of profile.samples.entries()) {
    const us = profile.timeDeltas[index]!
    at += us
    if (at < load.fromUs || at > load.toUs) continue
    const frame = frames.get(id)!
    add(byPackage, packageOf(frame), us)
    add(byFunction, `${frame.functionName || '(anonymous)'}  ${placeOf(frame)}`, us)
  }
  const top = (sums: Map<string, number>, count: number) =>
    [...sums]
      .sort(([, a], [, b]) => b - a)
      .slice(0, count)
      .map(([name, us]) => `${(us / load.answers).toFixed(1).padStart(8)} µs  ${name}`)
      .join('\n')
  return `Self time per answer, by package\n${top(byPackage, 20)}\n\nby function\n${top(byFunction, functionsShown)}`
}

/** `pg`, `@nestjs/core`, `node:net`, `apps/server/src/records`, `(idle)`. */
function packageOf({ url, functionName }: CallFrame): string {
  if (url === '') return functionName.startsWith('(') ? functionName : '(native)'
  const inPackage = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)
  if (inPackage) return inPackage[1]!
  if (url.startsWith('node:')) return 'node'
  return /\/((?:apps|packages)\/.*)\/[^/]*$/.exec(url)?.[1] ?? url
}

const placeOf = ({ url, lineNumber }: CallFrame): string =>
  url === '' ? '' : `${url.replace(/^file:\/\//, '').replace(/.*\/node_modules\//, '')}:${lineNumber + 1}`
