import type { Collection } from '../../collections/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { Bindings } from '../../query/index.js'
import { type Plan, PlanCache } from '../plan.js'
import { run } from '../run.js'
import { halve } from '../write/halve.js'
import type { Echo } from '../write/plan-write.js'
import { runCreate, runCreateMany, runUpdate, toWritten, type Write, type Written } from '../write/run-write.js'
import { withFreeSlugs } from '../write/slugs.js'
import { attempt, inOwnPart, type Target } from '../write/target.js'
import { groupByFields } from '../write/write-body.js'
import { isRefusal, placeError } from '../write/write-errors.js'
import { type CreateStep, childNotFound, type DeleteStep, isEmpty, type Step, type UpdateStep } from './nested-steps.js'
import { planDeleteChildren, planOwned, planWritten } from './plan-nested.js'

/** The outermost record is not there for this caller, or has another version. */
export class RootNotFound extends Error {}

/** A statement about several records failed, so that nobody knows yet which of them is wrong. */
class GroupFailed extends Error {}

/**
 * Runs the steps of nested bodies in one transaction, records that are alike in one statement. Where such a statement is
 * refused, everything is undone and run again in parts, until it is known which record is wrong.
 * @throws RootNotFound, and errors whose paths lead to the record
 */
export async function runNested(
  target: Target,
  steps: readonly Step[],
  bindings: Bindings,
  version: number | undefined,
  then: (tx: Executor) => Promise<Written[]>,
): Promise<Written[]> {
  const tryWith = (createAll: CreateAll) =>
    inOwnPart(target, async (tx) => {
      await runSteps(tx, steps, bindings, version, createAll)
      return then(tx)
    })
  try {
    return await tryWith(createTogether)
  } catch (error) {
    if (!(error instanceof GroupFailed)) throw error
  }
  return tryWith(createInParts)
}

async function runSteps(
  tx: Executor,
  steps: readonly Step[],
  bindings: Bindings,
  version: number | undefined,
  createAll: CreateAll,
): Promise<void> {
  const stages = [...new Set(steps.map(({ stage }) => stage))].sort((a, b) => a - b)
  for (const stage of stages) {
    const now = steps.filter((step) => step.stage === stage)
    const deletes = now.filter((step) => step.kind === 'delete')
    const updates = now.filter((step) => step.kind === 'update')
    const creates = now.filter((step) => step.kind === 'create')
    await refuseForeign(tx, [...deletes, ...updates], bindings)
    for (const group of Map.groupBy(deletes, ({ scope }) => scope).values()) await runDeletes(tx, group, bindings)
    for (const step of updates) await runUpdateStep(tx, step, bindings, version)
    for (const group of Map.groupBy(creates, ({ scope }) => scope).values())
      await runCreates(tx, group, bindings, createAll)
  }
}

// ── creates ──────────────────────────────────────────────────────────────────────────────────────────────────────────

type CreateAll = (tx: Executor, steps: readonly CreateStep[], write: Write) => Promise<void>

async function runCreates(
  tx: Executor,
  steps: readonly CreateStep[],
  bindings: Bindings,
  createAll: CreateAll,
): Promise<void> {
  const write = { scope: steps[0]!.scope, echo: undefined, echoKey: 'minimal', bindings }
  for (const places of groupByFields(steps.map(({ body }) => body)))
    await createAll(
      tx,
      places.map((place) => steps[place]!),
      write,
    )
}

const createTogether: CreateAll = async (tx, steps, write) => {
  const [first] = steps
  const alone = steps.length === 1 && first!.body.made.size === 0
  try {
    if (alone) await runCreate(tx, first!.body, write)
    else
      await runCreateMany(
        tx,
        steps.map(({ body }) => body),
        write,
      )
  } catch (error) {
    if (!alone && isRefusal(error)) throw new GroupFailed()
    throw placeError(error, first!.at)
  }
}

const createInParts: CreateAll = (tx, steps, write) =>
  halve(
    steps,
    (part) => {
      const bodies = part.map(({ body }) => body)
      return attempt(tx, () => withFreeSlugs(tx, bodies, (free) => runCreateMany(tx, free, write)))
    },
    (error, step) => {
      throw placeError(error, step.at)
    },
  )

// ── updates and deletes of children ──────────────────────────────────────────────────────────────────────────────────

async function runUpdateStep(
  tx: Executor,
  { scope, id, body, owner, at }: UpdateStep,
  bindings: Bindings,
  version: number | undefined,
): Promise<void> {
  if (owner && isEmpty(body)) return
  const write = { scope, echo: undefined, echoKey: 'minimal', bindings }
  let written: Written | undefined
  try {
    written = await runUpdate(tx, id, owner ? undefined : version, body, write)
  } catch (error) {
    throw placeError(error, at)
  }
  if (!written) throw owner ? childNotFound(`${at}.id`) : new RootNotFound()
}

async function runDeletes(tx: Executor, steps: readonly DeleteStep[], bindings: Bindings): Promise<void> {
  const { scope } = steps[0]!
  const plan = plans.get(scope, 'delete children', () => planDeleteChildren(scope))
  const deleted = await run(tx, plan, bindings, [steps.map(({ id }) => id)])
  refuseMissing(steps, deleted)
}

const plans = new PlanCache<Plan>()

/** Locks the children that are to be changed or deleted. @throws record_not_found for one that is not the parent's */
async function refuseForeign(
  tx: Executor,
  steps: readonly (UpdateStep | DeleteStep)[],
  bindings: Bindings,
): Promise<void> {
  const owned = steps.flatMap((step) => (step.owner ? [{ ...step, owner: step.owner }] : []))
  for (const group of Map.groupBy(owned, ({ owner }) => owner).values()) {
    const { owner } = group[0]!
    const plan = plans.get(owner.children, `owned ${owner.via.name}`, () => planOwned(owner))
    const found = await run(tx, plan, bindings, [owner.id, group.map(({ id }) => id)])
    refuseMissing(group, found)
  }
}

function refuseMissing(
  steps: readonly (Pick<UpdateStep, 'kind' | 'id' | 'at'> | Pick<DeleteStep, 'kind' | 'id' | 'at'>)[],
  found: readonly unknown[][],
): void {
  const ids = new Set(found.map(([id]) => id))
  const missing = steps.find(({ id }) => !ids.has(id))
  if (missing) throw childNotFound(missing.kind === 'update' ? `${missing.at}.id` : missing.at)
}

// ── the answer ───────────────────────────────────────────────────────────────────────────────────────────────────────

/** The records as the caller may read them, once everything is written. */
export async function readWritten(
  tx: Executor,
  collection: Collection,
  ids: readonly string[],
  echo: Echo,
  echoKey: string,
  bindings: Bindings,
): Promise<Written[]> {
  if (!echo) return ids.map(() => ({ json: null, version: null }))
  const plan = plans.get(echo.scope, `written ${echoKey}`, () => planWritten(collection, echo))
  const rows = await run(tx, plan, bindings, [ids])
  return toWritten(rows)
}
