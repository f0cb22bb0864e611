import { setTimeout as sleep } from 'node:timers/promises'
import type { CollectionDefinition, Json, SchemaPlan } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError, defineError } from '../lib/index.js'
import { Database, type Executor, Signals, type Transaction } from '../platform/db/index.js'
import { type LogObjects, logObjectsOf } from './ddl/change-log.js'
import { isBusy } from './ddl/describe-failure.js'
import { diffCollections } from './ddl/diff-collections.js'
import { countCosts, hashOf, planOf } from './ddl/plan-change.js'
import { lockTables, runDdl, runSteps } from './ddl/run-steps.js'
import { usersDefinition, usersName } from './definition/built-in.js'
import { checkSchema, type RawChange } from './definition/check-schema.js'
import { SchemaCache, schemaChannel } from './schema-cache.js'
import { readSchema, type StoredSchema, writeSchema } from './schema-store.js'
import { readFeatures } from './search/features.js'

/** What is wanted, told by what there is. */
export type ChangeOf = (current: readonly CollectionDefinition[]) => RawChange

/** Looks at the whole schema as it would be, and throws where it must not become so. */
export type SchemaCheck = (definitions: readonly CollectionDefinition[]) => void

export interface Consent {
  readonly acceptDataLoss?: boolean
  /** The hash of the plan that was agreed to. */
  readonly hash?: string
}

const planOutdated = defineError('plan_outdated')
const lossyChange = defineError('lossy_change')

/** Any number of ours: whoever holds it may change the schema. */
const schemaLock = 4_400_003
const attempts = 5

/** Changes the schema: definitions and tables together, or not at all. */
@Injectable()
export class SchemaChanges {
  private readonly checks: SchemaCheck[] = []

  constructor(
    private readonly database: Database,
    private readonly signals: Signals,
    private readonly cache: SchemaCache,
  ) {}

  /** Has every change checked before it is made, after its definitions were found sound. */
  beforeApply(check: SchemaCheck): void {
    this.checks.push(check)
  }

  /** The whole schema as a change would make it. Nothing is written. @throws invalid_definition */
  async propose(changeOf: ChangeOf): Promise<readonly CollectionDefinition[]> {
    const current = await readSchema(this.database)
    return checkSchema(current.definitions, changeOf(current.definitions)).definitions
  }

  /** What a change would do. Nothing is written. @throws invalid_definition, schema_change_failed */
  plan(changeOf: ChangeOf): Promise<SchemaPlan> {
    return this.database.transaction(async (transaction) => {
      const current = await readSchema(transaction)
      const change = changeOf(current.definitions)
      const { definitions } = checkSchema(current.definitions, change)
      const diff = diffCollections(current.definitions, definitions, await readFeatures(transaction))
      const steps = await countCosts(transaction, diff)
      return planOf(hashOf(current.version, change), steps)
    })
  }

  /**
   * Makes a change. When this returns, this node serves the new schema; the others do within a second.
   * @throws invalid_definition, lossy_change, plan_outdated, rule_test_failed, schema_change_failed
   */
  async apply(changeOf: ChangeOf, consent: Consent = {}): Promise<SchemaPlan> {
    const plan = await this.retryWhileBusy(() =>
      this.database.transaction((transaction) => this.applyIn(transaction, changeOf, consent)),
    )
    await this.cache.reload()
    return plan
  }

  /** Makes the built-in collections on a new database. Nodes that start together wait for each other. */
  async createBuiltIn(): Promise<void> {
    const isThere = ({ definitions }: StoredSchema): boolean => definitions.some(({ name }) => name === usersName)
    if (isThere(await readSchema(this.database))) return
    const collections = [{ raw: usersDefinition as unknown as Json, path: usersName }]
    await this.apply((current) => ({ collections: current.length > 0 ? [] : collections, drop: [] }))
  }

  /** Logs the changes of all collections as this server does: they may come from a time before it, or from an older one. */
  async renewChangeLogs(): Promise<void> {
    if ((await findOutdatedLogs(this.database)).length === 0) return
    await this.retryWhileBusy(() =>
      this.database.transaction(async (transaction) => {
        await transaction.run({ text: 'select pg_advisory_xact_lock($1)', values: [schemaLock] })
        await runDdl(transaction, `set local lock_timeout = '1s'`)
        for (const { drop, create } of await findOutdatedLogs(transaction))
          for (const sql of [...drop, ...create]) await runDdl(transaction, sql)
      }),
    )
  }

  private async applyIn(transaction: Transaction, changeOf: ChangeOf, consent: Consent): Promise<SchemaPlan> {
    await transaction.run({ text: 'select pg_advisory_xact_lock($1)', values: [schemaLock] })
    await runDdl(transaction, `set local lock_timeout = '1s'`)
    await runDdl(transaction, `set local statement_timeout = '30min'`)
    const current = await readSchema(transaction)
    const change = changeOf(current.definitions)
    const hash = hashOf(current.version, change)
    if (consent.hash !== undefined && consent.hash !== hash)
      throw planOutdated('The plan is not of this change, or the schema has changed since', { hint: 'Plan again.' })
    const { definitions } = checkSchema(current.definitions, change)
    for (const check of this.checks) check(definitions)
    const steps = diffCollections(current.definitions, definitions, await readFeatures(transaction))
    await lockTables(transaction, steps)
    const plan = planOf(hash, await countCosts(transaction, steps))
    requireConsent(plan, consent)
    if (steps.length === 0) return plan
    await runSteps(transaction, steps)
    const version = await writeSchema(transaction, current.definitions, definitions)
    await this.signals.send(schemaChannel, String(version), transaction)
    return plan
  }

  /** Requests hold locks for moments only: one that could not be had is asked for again. */
  private async retryWhileBusy<T>(work: () => Promise<T>): Promise<T> {
    for (let attempt = 1; ; attempt++)
      try {
        return await work()
      } catch (error) {
        if (!isBusy(error) || attempt === attempts) throw error
        await sleep(100 * attempt)
      }
  }
}

/** What should log the changes of collections whose tables remember that something else does. */
async function findOutdatedLogs(executor: Executor): Promise<LogObjects[]> {
  const { definitions } = await readSchema(executor)
  const text = `select c.name, obj_description(g.oid, 'pg_trigger') from holdfast.collections c
    join pg_class t on t.relnamespace = 'public'::regnamespace and t.relname = c.name
    left join pg_trigger g on g.tgrelid = t.oid and g.tgname = 'count_version'`
  const { rows } = await executor.run({ text, values: [] })
  const remembered = new Map(rows as [string, string | null][])
  return definitions
    .filter(({ name }) => remembered.has(name))
    .map((definition) => ({ name: definition.name, log: logObjectsOf(definition, definitions) }))
    .filter(({ name, log }) => remembered.get(name) !== log.hash)
    .map(({ log }) => log)
}

function requireConsent(plan: SchemaPlan, { acceptDataLoss }: Consent): void {
  if (!plan.lossy || acceptDataLoss) return
  const lossy = plan.steps.filter((step) => step.lossy)
  const errors = lossy.map(({ collection, field, description }) => ({
    path: field === undefined ? collection : `${collection}.${field}`,
    code: 'lossy_change',
    message: description,
  }))
  throw lossyChange(lossy.length === 1 ? lossy[0]!.description : `${lossy.length} steps would lose data`, {
    hint: 'Set acceptDataLoss to true when that is what you want.',
    errors,
  })
}

export const findCollection = (name: string, current: readonly CollectionDefinition[]): CollectionDefinition => {
  const found = current.find((collection) => collection.name === name)
  if (!found) throw new AppError('collection_not_found', 'There is no such collection')
  return found
}
