import type { Action } from '@holdfast/contract'
import { type Collection, compileSchema, type Schema } from '../../collections/index.js'
import type { Executor } from '../../platform/db/index.js'
import { bindingsOf } from '../bindings.js'
import type { PresetValue } from '../compile-rules.js'
import type { Scopes } from '../scopes.js'
import { type Draft, draftToSql, withDraft } from './draft.js'
import type { ExplainedCaller } from './find-caller.js'
import { Questions } from './questions.js'

/** Who would do what to which record. */
export interface Case {
  readonly schema: Schema
  readonly collection: Collection
  readonly action: Action
  readonly caller: ExplainedCaller
  readonly scopes: Scopes
  /** The record as it is stored; undefined for one that is only a draft. */
  readonly id: string | undefined
  readonly draft: Draft | undefined
  readonly executor: Executor
}

/** A record to ask about, and the collections as its rules see them. */
export interface Stage {
  readonly questions: Questions
  readonly scopes: Scopes
  readonly collection: Collection
  /** Asks all questions. False where there is no such record. */
  ask(): Promise<boolean>
}

/** The record as it is stored. */
export function storedStage({ scopes, collection, caller, executor, id }: Case): Stage {
  const questions = new Questions()
  const from = `from ${collection.table} p where p."id" = ${questions.input(id!)}::uuid`
  return { questions, scopes, collection, ask: () => questions.ask(executor, from, bindingsOf(caller.principal)) }
}

/**
 * The draft. Rules that look at other records of its collection find them as they are while the statement runs that
 * writes it: without the draft, as it was; or `after` it, when requests check once more.
 */
export function draftStage(
  { schema, scopes, collection, caller, executor, draft }: Case,
  preset: ReadonlyMap<string, PresetValue>,
  after: boolean,
): Stage {
  const questions = new Questions()
  const row = draftToSql(draft!, collection, preset, questions)
  const ask = (): Promise<boolean> => questions.ask(executor, `from (${row}) p`, bindingsOf(caller.principal))
  if (!after) return { questions, scopes, collection, ask }
  const drafted = withDraft(collection, draft!, row, questions)
  const world = replaceCollection(schema, drafted)
  return { questions, scopes: scopes.under(world), collection: drafted, ask }
}

/** A schema of its own in which one collection is another: relations lead to it. */
function replaceCollection({ collections, version }: Schema, replaced: Collection): Schema {
  const definitions = [...collections.values()].map(({ definition }) => definition)
  const schema = compileSchema(definitions, version)
  ;(schema.collections as Map<string, Collection>).set(replaced.name, replaced)
  return schema
}
