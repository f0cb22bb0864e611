import { randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BackupInfo } from '@holdfast/contract'
import { defineError } from '../lib/index.js'

const notFound = defineError('not_found')

const namePattern = /^\d{8}T\d{6}Z-[0-9a-f]{16}$/

/** A backup that is being made is written to all the time: whoever stopped so long ago is gone. */
const abandonedMs = 10 * 60_000

/** What is written beside a backup once it is done, or has failed. */
export interface BackupOutcome {
  readonly records?: number
  readonly collections?: number
  readonly sha256?: string
  readonly error?: string
}

/** The folder of the backups. What lies in it is what there is: a file that is copied into it is a backup too. */
export class BackupFolder {
  constructor(private readonly folder: string) {}

  /** A name nobody can guess, by the time. */
  newName(): string {
    const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
    return `${time}-${randomBytes(8).toString('hex')}`
  }

  /** @throws not_found for what is not the name of a backup: it never gets to the disk */
  pathOf(name: string): string {
    if (!namePattern.test(name)) throw notFound('There is no such backup')
    return join(this.folder, `${name}.hfb`)
  }

  /** Makes it, and clears away what a process that ended in the middle left behind. */
  async prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 })
    const partial = (await readdir(this.folder)).filter((file) => file.endsWith('.partial'))
    for (const file of partial) {
      const path = join(this.folder, file)
      const info = await stat(path).catch(() => undefined)
      if (info && Date.now() - info.mtimeMs > abandonedMs) await rm(path, { force: true })
    }
  }

  /** Newest first. */
  async list(running: ReadonlySet<string>): Promise<BackupInfo[]> {
    const files = await readdir(this.folder).catch(() => [])
    const names = new Set(files.map((file) => file.replace(/\..*$/, '')).filter((name) => namePattern.test(name)))
    for (const name of running) names.add(name)
    const infos = await Promise.all([...names].map((name) => this.describe(name, running.has(name))))
    return infos.filter((info) => info !== undefined).toSorted((a, b) => (a.name < b.name ? 1 : -1))
  }

  /** @throws not_found */
  async get(name: string): Promise<BackupInfo> {
    this.pathOf(name)
    const info = await this.describe(name, false)
    if (info?.state !== 'done') throw notFound('There is no such backup')
    return info
  }

  async note(name: string, outcome: BackupOutcome): Promise<void> {
    await writeFile(this.notePath(name), JSON.stringify(outcome), { mode: 0o600 })
  }

  async delete(name: string): Promise<void> {
    const path = this.pathOf(name)
    for (const file of [path, `${path}.partial`, this.notePath(name)]) await rm(file, { force: true })
  }

  private async describe(name: string, isRunning: boolean): Promise<BackupInfo | undefined> {
    const path = this.pathOf(name)
    const outcome = await this.readNote(name)
    const [whole, partial] = await Promise.all(
      [path, `${path}.partial`].map((file) => stat(file).catch(() => undefined)),
    )
    if (!whole && !isRunning && outcome.error === undefined) return undefined
    return {
      name,
      state: whole ? 'done' : isRunning ? 'running' : 'failed',
      createdAt: name.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*/, '$1-$2-$3T$4:$5:$6Z'),
      bytes: (whole ?? partial)?.size ?? 0,
      records: outcome.records ?? null,
      collections: outcome.collections ?? null,
      sha256: outcome.sha256 ?? null,
      error: outcome.error ?? null,
    }
  }

  private async readNote(name: string): Promise<BackupOutcome> {
    try {
      return JSON.parse(await readFile(this.notePath(name), 'utf8')) as BackupOutcome
    } catch {
      // None, or one that was cut off: the file is what counts.
      return {}
    }
  }

  private readonly notePath = (name: string): string => this.pathOf(name).replace(/hfb$/, 'json')
}
