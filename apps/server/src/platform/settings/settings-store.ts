import type { Json } from '@holdfast/contract'
import { Injectable, type OnModuleInit } from '@nestjs/common'
import { AppError } from '../../lib/index.js'
import { Database, Signals } from '../db/index.js'
import { Secrets } from '../secrets/index.js'
import {
  compileSettings,
  hidden,
  isObject,
  mapSecrets,
  mapSecretsAsync,
  mergePatch,
  refuseSecretsInLists,
  requireSecretsAnew,
  type SettingsSchema,
} from './settings-schema.js'

/** What a section is, said once by the domain that uses it. */
export interface SettingsSection<T> {
  /** Two words: `auth.passwords`. */
  readonly name: string
  readonly description: string
  readonly schema: SettingsSchema
  /** What holds where nothing is set. Objects are merged with what is. */
  readonly defaults: T
  /** What the environment says, by property: it holds, and nobody changes it while the server runs. */
  readonly pinned?: { readonly [property: string]: Pin } | undefined
  /** What the schema cannot say. Told the settings as they would be. @throws AppError */
  check?(settings: T): void
}

/** The value of a setting, and the key of the environment that says it. */
export interface Pin {
  readonly key: string
  readonly value: Json
}

/** The settings of one section. */
export interface Settings<T> {
  /** As they are now, secrets readable: memory, which follows the database within a moment. */
  get(): Promise<T>
}

/** How long memory is trusted where signals may not arrive. */
const maxAgeWithoutSignalsMs = 1000

interface Entry {
  readonly value: Promise<Json>
  readonly loadedAtMs: number
}

/**
 * Settings that admins change while the server runs, in sections. A domain defines its section in a constructor and keeps
 * what `define` gives. Secrets are encrypted in the database and never shown again.
 */
@Injectable()
export class SettingsStore implements OnModuleInit {
  private readonly sections = new Map<string, SettingsSection<unknown> & { validate(value: Json): void }>()
  private readonly cached = new Map<string, Entry>()
  private readonly handlers: ((section: string) => void)[] = []

  constructor(
    private readonly db: Database,
    private readonly signals: Signals,
    private readonly secrets: Secrets,
  ) {}

  onModuleInit(): void {
    this.signals.on('settings', (section) => this.forget(section))
    this.signals.onReset(() => {
      for (const section of this.sections.keys()) this.forget(section)
    })
  }

  /** Calls `handler` with the name of a section that may have changed: what was made of it is out of date. */
  onChange(handler: (section: string) => void): void {
    this.handlers.push(handler)
  }

  define<T>(section: SettingsSection<T>): Settings<T> {
    const { name, schema } = section
    if (this.sections.has(name)) throw new Error(`There are settings "${name}" already`)
    refuseSecretsInLists(schema)
    const validate = compileSettings(name, schema)
    this.sections.set(name, { ...(section as SettingsSection<unknown>), validate })
    return { get: async () => (await this.read(name)) as T }
  }

  /** All sections, with secrets hidden. */
  async list(): Promise<
    {
      section: string
      description: string
      schema: SettingsSchema
      value: Json
      pinned: { [property: string]: string }
    }[]
  > {
    const names = [...this.sections.keys()].sort()
    return Promise.all(
      names.map(async (section) => {
        const { description, schema, pinned = {} } = this.sections.get(section)!
        const keys = Object.entries(pinned).map(([property, { key }]) => [property, key])
        return { section, description, schema, value: await this.show(section), pinned: Object.fromEntries(keys) }
      }),
    )
  }

  /** One section, with secrets hidden. @throws not_found */
  async show(name: string): Promise<Json> {
    const { schema } = this.find(name)
    return mapSecrets(await this.read(name), schema, () => hidden)
  }

  /**
   * Changes a section by a merge patch (RFC 7396): null puts a setting back to its default, `"***"` keeps a secret.
   * @throws not_found, validation_failed
   */
  async change(name: string, patch: Json): Promise<Json> {
    const { schema, defaults, validate, check, pinned } = this.find(name)
    if (!isObject(patch)) throw new AppError('invalid_body', 'The body must be a JSON object')
    refusePinned(patch, pinned)
    await this.db.transaction(async (tx) => {
      await tx.run({ text: 'lock table holdfast.settings in share row exclusive mode', values: [] })
      const stored = await this.load(name, tx.run.bind(tx))
      const kept = withoutHidden(patch, schema)
      const merged = mergePatch(stored, kept)
      const whole = mergePatch(defaults as Json, merged)
      validate(whole)
      requireSecretsAnew(mergePatch(defaults as Json, stored), whole, patch, schema)
      check?.(whole)
      const sealed = await mapSecretsAsync(merged, schema, (text, path) =>
        this.secrets.encrypt(text, `${name} ${path}`),
      )
      await tx.run({ text: store, values: [name, JSON.stringify(sealed)] })
    })
    this.forget(name)
    return this.show(name)
  }

  private find(name: string) {
    const section = this.sections.get(name)
    if (section) return section
    throw new AppError('not_found', 'There are no such settings', {
      hint: `There are: ${[...this.sections.keys()].sort().join(', ')}`,
    })
  }

  private read(name: string): Promise<Json> {
    const known = this.cached.get(name)
    if (known && (this.signals.healthy || Date.now() - known.loadedAtMs < maxAgeWithoutSignalsMs)) return known.value
    const { defaults, pinned } = this.find(name)
    const value = this.load(name, this.db.run.bind(this.db)).then((stored) =>
      withPinned(mergePatch(defaults as Json, stored), pinned),
    )
    const entry: Entry = { value, loadedAtMs: Date.now() }
    this.cached.set(name, entry)
    value.catch(() => this.cached.get(name) === entry && this.cached.delete(name))
    return value
  }

  /** What is set, with secrets readable. One that can no longer be decrypted, since the key is another, is absent. */
  private async load(name: string, run: Database['run']): Promise<Json> {
    const { rows } = await run({ text: find, values: [name] })
    const stored: Json = rows[0] === undefined ? {} : JSON.parse(rows[0][0] as string)
    return mapSecretsAsync(stored, this.find(name).schema, (text, path) =>
      this.secrets.decrypt(text, `${name} ${path}`),
    )
  }

  private forget(section: string): void {
    this.cached.delete(section)
    for (const handler of this.handlers) handler(section)
  }
}

function withPinned(value: Json, pinned: SettingsSection<unknown>['pinned'] = {}): Json {
  const pins = Object.entries(pinned).map(([property, pin]) => [property, pin.value])
  return { ...(value as object), ...Object.fromEntries(pins) }
}

/** @throws validation_failed for what the environment says: a change of it would be kept, and do nothing */
function refusePinned(patch: { [name: string]: Json }, pinned: SettingsSection<unknown>['pinned'] = {}): void {
  const errors = Object.keys(patch).flatMap((property) => {
    const pin = pinned[property]
    const isSame = patch[property] === hidden || JSON.stringify(patch[property]) === JSON.stringify(pin?.value)
    return pin && !isSame
      ? [{ path: property, code: 'pinned', message: `${property} is set by ${pin.key} of the environment` }]
      : []
  })
  if (errors.length === 0) return
  const hint = 'Change it there and start the server again, or take it out of there to set it here.'
  throw new AppError('validation_failed', errors[0]!.message, { errors, hint })
}

/** The patch without secrets that are only shown back: what is not named, stays. */
const withoutHidden = (patch: Json, schema: SettingsSchema): Json =>
  mapSecrets(patch, schema, (text) => (text === hidden ? undefined : text))

const find = 'select value::text from holdfast.settings where section = $1'
const store = `
  insert into holdfast.settings (section, value) values ($1, $2::jsonb)
  on conflict (section) do update set value = excluded.value, changed_at = now()`
