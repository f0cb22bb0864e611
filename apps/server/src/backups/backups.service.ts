import { join } from 'node:path'
import type {
  BackupDetails,
  BackupInfo,
  CollectionDefinition,
  Json,
  RestoreReport,
  RestoreRequest,
} from '@holdfast/contract'
import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common'
import { SchemaCache, SchemaChanges } from '../collections/index.js'
import { type JobQueue, Jobs } from '../jobs/index.js'
import { AppError } from '../lib/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { Database } from '../platform/db/index.js'
import { Log } from '../platform/log/index.js'
import { type Settings, SettingsStore } from '../platform/settings/index.js'
import { BackupFolder } from './backup-folder.js'
import type { BackupEnd, BackupHeader } from './backup-format.js'
import { readBackup, readBeginning } from './read-backup.js'
import { RowRestore } from './restore-rows.js'
import { writeBackup } from './write-backup.js'

interface Schedule {
  readonly everyHours: number
  readonly keep: number
}

/** Thrown to undo what was tried. */
class OnlyTried extends Error {}

/** Backups of all records with what defines them, made by jobs, and put back. They hold no credentials. */
@Injectable()
export class Backups implements OnApplicationBootstrap {
  private readonly folder: BackupFolder
  private readonly running = new Set<string>()
  private readonly queue: JobQueue<{ name: string }>
  private readonly settings: Settings<Schedule>

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly changes: SchemaChanges,
    private readonly log: Log,
    store: SettingsStore,
    jobs: Jobs,
  ) {
    this.folder = new BackupFolder(join(config.dataDir, 'backups'))
    this.settings = store.define<Schedule>({
      name: 'backups',
      description: 'Backups that the server makes by itself',
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: {
          everyHours: {
            type: 'integer',
            title: 'Hours between backups',
            minimum: 0,
            maximum: 8760,
            description: 'With 0 the server makes none',
          },
          keep: {
            type: 'integer',
            title: 'Backups to keep',
            minimum: 1,
            maximum: 1000,
            description: 'Older ones are deleted',
          },
        },
      },
      defaults: { everyHours: 0, keep: 7 },
    })
    this.queue = jobs.define('backup.create', { retries: 0, timeoutSeconds: 6 * 3600 }, ({ data, signal }) =>
      this.write(data.name, signal),
    )
    jobs.define('backup.schedule', { schedule: '7 * * * *', retries: 0 }, () => this.keepSchedule())
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.folder.prepare()
  }

  /** Begins one; it is there when its state is `done`. */
  async create(): Promise<BackupInfo> {
    const name = this.folder.newName()
    this.running.add(name)
    await this.queue.enqueue({ name }).catch((error: unknown) => {
      this.running.delete(name)
      throw error
    })
    return (await this.list()).find((backup) => backup.name === name)!
  }

  list(): Promise<BackupInfo[]> {
    return this.folder.list(this.running)
  }

  /** @throws not_found */
  async pathOf(name: string): Promise<string> {
    await this.folder.get(name)
    return this.folder.pathOf(name)
  }

  /** One that is done, and what it holds. @throws not_found, validation_failed where it is damaged */
  async get(name: string): Promise<BackupDetails> {
    const info = await this.folder.get(name)
    const { definitions, roles } = await readBeginning(this.folder.pathOf(name))
    return {
      ...info,
      contents: definitions.map((definition) => definition.name).toSorted(),
      roles: roles.map((role) => role.name),
    }
  }

  /** @throws not_found */
  async delete(name: string): Promise<void> {
    this.folder.pathOf(name)
    if (this.running.has(name)) throw new AppError('conflict', 'It is being made', { hint: 'Wait until it is done.' })
    if (!(await this.list()).some((backup) => backup.name === name))
      throw new AppError('not_found', 'There is no such backup')
    await this.folder.delete(name)
  }

  /** Reads all of it. @throws not_found, validation_failed where it is damaged */
  async verify(name: string): Promise<BackupEnd> {
    return readBackup(await this.pathOf(name), { header: () => undefined, table: async () => async () => undefined })
  }

  /**
   * Puts records back as they were, by their ids, and the definitions with them: of those that the file has. Rows in one
   * transaction, all or none. Accounts, sessions and keys stay as they are today.
   * @throws not_found, validation_failed, lossy_change, unique_violation, …
   */
  async restore(
    name: string,
    { collections, exact = false, acceptDataLoss = false, dryRun = false }: RestoreRequest,
  ): Promise<RestoreReport> {
    const path = await this.pathOf(name)
    const wanted = collections && new Set(collections)
    const header = await this.readHeader(path, wanted)
    const definitions = header.definitions.filter((definition) => !wanted || wanted.has(definition.name))
    const changeOf = (current: readonly CollectionDefinition[]) => ({
      collections: definitions.map((definition, index) => ({
        raw: toRaw(definition, current),
        path: `collections.${index}`,
      })),
      drop: [],
    })
    const plan = await this.changes.plan(changeOf)
    const schemaSteps = plan.steps.map(({ description }) => description)
    const lossySteps = plan.steps.filter(({ lossy }) => lossy).map(({ description }) => description)
    const roles = await this.missingRoles(header)
    if (dryRun && schemaSteps.length > 0) return { dryRun, schemaSteps, lossySteps, roles, collections: [] }
    if (!dryRun) {
      for (const role of roles) await this.db.run({ text: addRole, values: [role, descriptionOf(header, role)] })
      if (schemaSteps.length > 0) await this.changes.apply(changeOf, { acceptDataLoss })
    }
    const restored = await this.restoreRows(path, wanted, exact, dryRun)
    return { dryRun, schemaSteps, lossySteps, roles, collections: restored }
  }

  private async restoreRows(path: string, wanted: ReadonlySet<string> | undefined, exact: boolean, dryRun: boolean) {
    let result: RestoreReport['collections'] = []
    try {
      await this.db.transaction(async (tx) => {
        await tx.run({ text: `set local statement_timeout = '6h'`, values: [] })
        for (const text of [`set local datestyle = 'ISO, YMD'`, `set local timezone = 'UTC'`])
          await tx.run({ text, values: [] })
        const restore = new RowRestore(tx, this.schemas.current, wanted)
        await readBackup(path, { header: () => undefined, table: (line) => restore.begin(line) })
        result = await restore.finish(exact)
        if (dryRun) throw new OnlyTried()
      })
    } catch (error) {
      if (!(error instanceof OnlyTried)) throw error
    }
    return result
  }

  /** Reads all of the file, before anything is changed: one that is damaged is refused while nothing has happened. */
  private async readHeader(path: string, wanted: ReadonlySet<string> | undefined): Promise<BackupHeader> {
    let found: BackupHeader | undefined
    await readBackup(path, {
      header: (header) => {
        found = header
      },
      table: async () => undefined,
    })
    const names = new Set(found!.definitions.map((definition) => definition.name))
    const missing = [...(wanted ?? [])].filter((name) => !names.has(name))
    if (missing.length > 0)
      throw new AppError('validation_failed', `The backup has no collection ${missing.join(', ')}`)
    return found!
  }

  private async missingRoles({ roles }: BackupHeader): Promise<string[]> {
    const { rows } = await this.db.run({ text: 'select name from holdfast.roles', values: [] })
    const known = new Set(rows.map(([role]) => role as string))
    return roles.map(({ name }) => name).filter((role) => !known.has(role))
  }

  private async write(name: string, signal: AbortSignal): Promise<void> {
    this.running.add(name)
    try {
      await this.folder.prepare()
      const outcome = await writeBackup(this.db, this.schemas.current, this.folder.pathOf(name), signal)
      await this.folder.note(name, outcome)
    } catch (error) {
      this.log.error({ err: error, backup: name }, 'a backup failed')
      await this.folder.note(name, { error: error instanceof Error ? error.message : String(error) })
      throw error
    } finally {
      this.running.delete(name)
    }
  }

  private async keepSchedule(): Promise<void> {
    const { everyHours, keep } = await this.settings.get()
    if (everyHours === 0) return
    const [newest, ...others] = (await this.list()).filter(({ state }) => state === 'done')
    const isDue = !newest || Date.now() - Date.parse(newest.createdAt) > (everyHours - 0.5) * 3_600_000
    if (isDue) await this.write(this.folder.newName(), new AbortController().signal)
    const kept = isDue ? keep - 1 : keep
    for (const { name } of [newest, ...others].filter((backup) => backup !== undefined).slice(kept))
      await this.folder.delete(name)
  }
}

const addRole = 'insert into holdfast.roles (name, description) values ($1, $2) on conflict do nothing'

const descriptionOf = ({ roles }: BackupHeader, name: string): string | null =>
  roles.find((role) => role.name === name)?.description ?? null

/** The definition as it is sent: ids that this server does not know are those of another. */
function toRaw(definition: CollectionDefinition, current: readonly CollectionDefinition[]): Json {
  const known = current.find(({ name }) => name === definition.name)
  const ids = new Set(known?.fields.map(({ id }) => id))
  const fields = definition.fields.map(({ id, ...field }) => (ids.has(id) ? { id, ...field } : field))
  const { id: _, ...rest } = definition as CollectionDefinition & { id?: string }
  return { ...rest, fields } as unknown as Json
}
