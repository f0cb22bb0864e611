import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { StartError } from '../config/index.js'

/**
 * Creates DATA_DIR where it is missing and takes it for this process. A lock left by a process that is gone is taken over.
 * @returns what gives the folder back
 * @throws StartError when another server holds it, or it cannot be written
 */
export function lockFolder(folder: string): () => void {
  const file = join(folder, 'server.pid')
  const content = `${process.pid} ${startTicks(process.pid) ?? ''}\n`
  try {
    mkdirSync(folder, { recursive: true })
    try {
      writeFileSync(file, content, { flag: 'wx' })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = findHolder(file)
      if (holder !== undefined)
        throw new StartError(`DATA_DIR ${folder} is in use by another server (process ${holder})`)
      writeFileSync(file, content)
    }
  } catch (error) {
    if (error instanceof StartError) throw error
    throw new StartError(`DATA_DIR ${folder} cannot be written (${(error as NodeJS.ErrnoException).code})`, error)
  }
  return () => rmSync(file, { force: true })
}

/** The live process that wrote the lock. Its start time tells it from a later process that was given the same id. */
function findHolder(file: string): number | undefined {
  const [id = '', ticks] = readFileSync(file, 'utf8').trim().split(' ')
  const pid = Number(id)
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid || !isAlive(pid)) return undefined
  return ticks === startTicks(pid) || ticks === undefined ? pid : undefined
}

/** A process that has ended and waits until its parent takes note is not alive; whoever inherits an orphan may take a second or never. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
  return !['Z', 'X'].includes(readStat(pid)[state] ?? '')
}

const startTicks = (pid: number): string | undefined => readStat(pid)[startTime]

/** Fields of `/proc/<pid>/stat` behind the name of the program; none where there is no `/proc`. */
function readStat(pid: number): string[] {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}
const state = 0
const startTime = 19
