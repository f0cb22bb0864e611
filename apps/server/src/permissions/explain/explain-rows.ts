import type { Explanation } from '@holdfast/contract'
import { type Case, draftStage, type Stage, storedStage } from './case.js'
import { askReadable } from './explain-fields.js'
import { askRules, type Decision, decide } from './verdicts.js'
import { ruleOf, wordDecision } from './wording.js'

/** Why a caller may or may not read or delete a record. */
export async function explainRow(subject: Case, action: 'read' | 'delete'): Promise<Explanation> {
  const stage = subject.draft ? draftStage(subject, new Map(), true) : storedStage(subject)
  const { scopes, collection, questions } = stage
  const scope = scopes[action](collection)
  const allowed = scope ? questions.holds(scope.condition) : () => false
  const verdicts = askRules(scopes.rulesOf(collection), action, collection, questions)
  const fields = askReadable(stage)
  await askOrFail(stage)
  if (!scopes.roles) return explained(true, `${subject.caller.label} is an admin, and admins pass every rule`, fields())
  return explainDecision(subject, allowed(), decide(verdicts), fields())
}

/** A sentence about the whole request: may they, and because of which rule. */
export function explainDecision(
  { caller, action, collection }: Case,
  allowed: boolean,
  decision: Decision,
  fields: Explanation['fields'],
  about = 'this record of',
): Explanation {
  if (!allowed && decision.kind === 'allowed' && collection.definition.tenant !== undefined)
    return explained(false, wordOtherTeam(caller, action, collection), fields)
  const may = allowed ? 'may' : 'may not'
  const reason = `${caller.label} ${may} ${action} ${about} ${collection.name}: ${wordDecision(decision)}`
  return {
    ...explained(allowed, reason, fields),
    rule: decision.verdict ? ruleOf(decision.verdict) : null,
    failed: decision.kind === 'unmet' ? [...decision.failed] : [],
  }
}

const wordOtherTeam = ({ label }: Case['caller'], action: string, { name, definition }: Case['collection']): string =>
  `${label} may not ${action} this record of ${name}: its ${definition.tenant} is not the team they have switched to`

/** An answer that no rule decided. */
export const explained = (allowed: boolean, reason: string, fields: Explanation['fields']): Explanation => ({
  allowed,
  reason: reason.charAt(0).toUpperCase() + reason.slice(1),
  rule: null,
  failed: [],
  fields,
})

/** The record was there a statement ago, in the same snapshot. */
export async function askOrFail(stage: Stage): Promise<void> {
  if (!(await stage.ask())) throw new Error('The record to explain is gone')
}
