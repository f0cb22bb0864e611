import type { Explanation } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'
import { missingFields } from '../missing-fields.js'
import type { WriteGrant, WriteScope } from '../row-scope.js'
import { askAfter } from './ask-after.js'
import { type Case, draftStage, storedStage } from './case.js'
import { parseDraft } from './draft.js'
import { askWritable, whyNever } from './explain-fields.js'
import { askOrFail, explainDecision, explained } from './explain-rows.js'
import { askRules, type Decision, decide, type Verdict } from './verdicts.js'
import { nameRule, ruleOf, wordDecision } from './wording.js'

type Write = Case & { readonly action: 'create' | 'update' }

/** What the rules say of the record before it is written. */
interface Overview {
  readonly verdicts: readonly Verdict[]
  readonly fields: Explanation['fields']
  /** The grants under whose condition the record lies as it is. */
  readonly open: readonly WriteGrant[]
}

/** Why a caller may or may not create or update a record: the steps of a write, without the write. */
export async function explainWrite(subject: Write): Promise<Explanation> {
  const { action, scopes, collection } = subject
  const write =
    action === 'create' && !subject.draft ? { ...subject, draft: parseDraft({}, collection, undefined) } : subject
  const scope = scopes[action](collection)
  const given = write.draft?.given ?? []
  const offered = scope && given.every((field) => isOpen(field, scope)) ? scope.grants(given) : []
  const overview = await askOverview(write, scope, offered)
  if (!scope) return explainDecision(write, false, decide(overview.verdicts), overview.fields)
  const closed = given.find((field) => !isOpen(field, scope))
  if (closed) return explainClosed(write, closed, overview)
  return explainGrants(write, scope, offered, overview)
}

const isOpen = (field: Field, scope: WriteScope): boolean =>
  whyNever(field, scope.action) === undefined && scope.canWrite(field)

async function askOverview(
  write: Write,
  scope: WriteScope | undefined,
  offered: readonly WriteGrant[],
): Promise<Overview> {
  const stored = write.action === 'update'
  const stage = stored ? storedStage(write) : draftStage(write, offered[0]?.preset ?? new Map(), false)
  const { scopes, collection, questions } = stage
  const verdicts = askRules(scopes.rulesOf(collection), write.action, collection, questions)
  const fields = askWritable(scope, verdicts, stage, write.action)
  const open = offered.map((grant) => ({ grant, holds: questions.holds(grant.condition) }))
  await askOrFail(stage)
  const passed = open.filter(({ holds }) => !stored || holds()).map(({ grant }) => grant)
  return { verdicts, fields: fields(), open: passed }
}

function explainClosed(write: Write, field: Field, { verdicts, fields }: Overview): Explanation {
  const decision = decide(verdicts, field)
  const presetting = verdicts.find(({ rule }) => rule.preset.has(field.name))
  const never = whyNever(field, write.action) ?? (presetting && `${nameRule(presetting)} sets it`)
  if (!never || decision.kind === 'denied')
    return explainDecision(write, false, decision, fields, `${field.name} of this record of`)
  const answer = explained(false, `${write.caller.label} may not set ${field.name}: ${never}`, fields)
  return { ...answer, rule: presetting ? ruleOf(presetting) : null }
}

async function explainGrants(
  write: Write,
  scope: WriteScope,
  offered: readonly WriteGrant[],
  overview: Overview,
): Promise<Explanation> {
  const { fields, verdicts } = overview
  const missing =
    write.action === 'create'
      ? offered.map((grant) => missingFields(write.collection, write.draft?.columns, grant))
      : []
  const complete = overview.open.filter((grant) => !missing[offered.indexOf(grant)]?.length)
  const toGive = complete.length === 0 ? (missing[0] ?? []).filter((field) => scope.canWrite(field)) : []
  if (offered.length > 0 && overview.open.length > 0 && complete.length === 0 && toGive.length === 0)
    return explained(false, wordMissing(write, missing[0]!), fields)
  const grants = toGive.length > 0 ? overview.open : complete
  let refused: Explanation = blame(write, verdicts, fields)
  for (const grant of grants) {
    const after = await askAfter(write, grant)
    if (after.allowed || after.final) return noteMissing(after.explanation, toGive)
    refused = after.explanation
  }
  return refused
}

/** Why no grant lets the record through as it is: the rows, or a field of the body. */
function blame(write: Write, verdicts: readonly Verdict[], fields: Explanation['fields']): Explanation {
  const row = decide(verdicts)
  if (row.kind !== 'allowed') return explainDecision(write, false, row, fields)
  for (const field of write.draft?.given ?? []) {
    const decision: Decision = decide(verdicts, field)
    if (field.name !== 'id' && decision.kind !== 'allowed')
      return explainDecision(write, false, decision, fields, `${field.name} of this record of`)
  }
  const names = (write.draft?.given ?? []).map(({ name }) => name).join(', ')
  const reason = `${write.caller.label} may not ${write.action} this record of ${write.collection.name}: no rules open ${names} together (rules that preset different values do not add up; ${wordDecision(row)} for other fields)`
  return explained(false, reason, fields)
}

// ── required fields ──────────────────────────────────────────────────────────────────────────────────────────────────

const wordMissing = ({ caller, action, collection }: Write, missing: readonly Field[]): string =>
  `${caller.label} may not ${action} this record of ${collection.name}: ${missing.map(({ name }) => name).join(', ')} is required, and no rule lets them set it`

const noteMissing = (explanation: Explanation, missing: readonly Field[]): Explanation =>
  missing.length === 0 || !explanation.allowed
    ? explanation
    : {
        ...explanation,
        reason: `${explanation.reason}. It would be refused all the same: ${missing.map(({ name }) => name).join(', ')} is required`,
      }
