import type { Explanation, Json } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'
import { conditionToSql } from '../../query/index.js'
import type { WriteGrant, WriteScope } from '../row-scope.js'
import { dependsOn, readsOwnTable } from '../write-conditions.js'
import { type Case, draftStage, type Stage, storedStage } from './case.js'
import type { Draft } from './draft.js'
import { askWritable } from './explain-fields.js'
import { askOrFail, explainDecision, explained } from './explain-rows.js'
import type { Answer } from './questions.js'
import { askRules, decide } from './verdicts.js'

type Write = Case & { readonly action: 'create' | 'update' }

export interface After {
  readonly allowed: boolean
  /** No other grant is tried after this one. */
  readonly final: boolean
  readonly explanation: Explanation
}

/** What the rules say of the record as one grant would leave it. Requests check it once or twice; so does this. */
export async function askAfter(write: Write, grant: WriteGrant): Promise<After> {
  const { draft, collection, action } = write
  if (!draft) return askUnchanged(write)
  const lists = new Set([...draft.lists.keys()].map((field) => field.name))
  const waits = lists.size > 0 && collection.name !== 'users' && dependsOn(grant.condition, lists, collection)
  const deferred = lists.size > 0 || (action === 'update' && readsOwnTable(grant.condition, collection))
  const stages = [...(waits ? [] : [false]), ...(deferred ? [true] : [])]
  let answer: After | undefined
  for (const after of stages) {
    answer = await askStage(write, draft, grant, after)
    if (!answer.allowed) return answer
  }
  return answer!
}

async function askStage(write: Write, draft: Draft, grant: WriteGrant, after: boolean): Promise<After> {
  const stage = draftStage(write, grant.preset, after)
  const { scopes, collection, questions } = stage
  const scope = scopes[write.action](collection)
  const given = draft.given.map((field) => collection.fields.get(field.name)!)
  const same = scope?.grants(given).find(({ key }) => key === grant.key)
  const holds = same ? questions.holds(same.condition) : () => false
  const verdicts = askRules(scopes.rulesOf(collection), write.action, collection, questions)
  const fields = askWritable(scope, verdicts, stage, write.action)
  const references = scope ? given.flatMap((field) => askReference(field, draft, scope, stage) ?? []) : []
  await askOrFail(stage)
  const broken = references.find(({ refused }) => refused())
  if (broken) {
    const reason = `${write.caller.label} may not ${write.action} this record: ${broken.why()}`
    return { allowed: false, final: true, explanation: explained(false, reason, fields()) }
  }
  const about = write.action === 'update' ? 'this record as it would become, of' : undefined
  const decision = holds() ? decide(verdicts) : blamed(verdicts, given)
  const explanation = scopes.roles
    ? explainDecision(write, holds(), decision, fields(), about)
    : explained(true, `${write.caller.label} is an admin, and admins pass every rule`, fields())
  return { allowed: holds(), final: false, explanation }
}

/** The decision about the row, or about the first of the fields that stands in the way. */
function blamed(verdicts: Parameters<typeof decide>[0], given: readonly Field[]): ReturnType<typeof decide> {
  const row = decide(verdicts)
  if (row.kind !== 'allowed') return row
  return given.map((field) => decide(verdicts, field)).find(({ kind }) => kind !== 'allowed') ?? row
}

/** An update that names nothing: may the caller update the record at all? The overview has said yes. */
async function askUnchanged(write: Write): Promise<After> {
  const stage = storedStage(write)
  const { scopes, collection, questions } = stage
  const verdicts = askRules(scopes.rulesOf(collection), write.action, collection, questions)
  const fields = askWritable(scopes[write.action](collection), verdicts, stage, write.action)
  await askOrFail(stage)
  const explanation = scopes.roles
    ? explainDecision(write, true, decide(verdicts), fields())
    : explained(true, `${write.caller.label} is an admin, and admins pass every rule`, fields())
  return { allowed: true, final: true, explanation }
}

// ── what relations point at ──────────────────────────────────────────────────────────────────────────────────────────

interface Reference {
  readonly refused: Answer<boolean>
  readonly why: Answer<string>
}

/** May the relation be pointed where the draft points it? Only at records that are there and that the caller may read. */
function askReference(field: Field, draft: Draft, scope: WriteScope, { questions }: Stage): Reference | undefined {
  const ids = idsOf(draft, field)
  if (!field.relation || ids.length === 0) return undefined
  const target = scope.referable(field)
  const table = field.relation.target().table
  const list = questions.input(ids)
  const lacking = (extra: (alias: string) => string): Answer<Json> => {
    const alias = questions.context.alias()
    return questions.value(
      `to_jsonb(array(select i from unnest(${list}::uuid[]) i where not exists (select 1 from ${table} ${alias} where ${alias}."id" = i${extra(alias)})))`,
    )
  }
  const absent = lacking(() => '')
  const closed = lacking(
    (alias) => ` and ${target ? conditionToSql(target.condition, alias, questions.context) : 'false'}`,
  )
  const name = field.relation.target().name
  return {
    refused: () => (closed() as Json[]).length > 0,
    why: () => {
      const [missing] = absent() as string[]
      if (missing !== undefined) return `${field.name} points at ${missing}, and ${name} has no such record`
      return `${field.name} points at ${(closed() as string[])[0]}, which they may not read in ${name}`
    },
  }
}

/** By name: after the draft, the field is another object. */
function idsOf(draft: Draft, { name }: Field): readonly string[] {
  for (const [field, value] of [...draft.columns, ...draft.lists])
    if (field.name === name) return typeof value === 'string' ? [value] : Array.isArray(value) ? value : []
  return []
}
