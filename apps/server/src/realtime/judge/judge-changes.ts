import { limits, type RealtimeEventType } from '@holdfast/contract'
import type { Principal } from '../../auth/index.js'
import type { Change } from '../../changes/index.js'
import type { Collection } from '../../collections/index.js'
import { type Condition, matchCondition, RelationCondition, type TextOrder, walk } from '../../query/index.js'
import type { LiveRecords, RecordState } from '../../records/index.js'
import type { View } from '../view/view.js'
import type { PageStates, StateChange } from './page-states.js'
import { type Shown, showState } from './show-state.js'
import { StateContext } from './state-context.js'
import type { Turn } from './turn.js'

/** What one change means to those who share a view. */
export interface Told {
  readonly type: RealtimeEventType
  readonly change: Change
  /** The record as they may read it, as JSON. */
  readonly record: string
}

/** What judging needs beside the view and the changes. */
export interface Court {
  readonly live: LiveRecords
  readonly texts: TextOrder | undefined
  readonly turn: Turn
}

interface Judged {
  readonly states: StateChange
  before: Shown
  after: Shown
}

/**
 * What those with this view are told of changes of its collection, `principal` being one of them: nothing where what they may see stays the same.
 */
export async function judgeChanges(
  view: View,
  changes: readonly StateChange[],
  page: PageStates,
  principal: Principal,
  court: Court,
): Promise<Told[]> {
  const context = new StateContext(view, page, court.texts)
  const judged: Judged[] = []
  for (const states of changes) {
    judged.push(
      states.change.action === 'delete'
        ? await judgeDelete(view, states, page, context)
        : judgeInMemory(view, states, context),
    )
    await court.turn.give()
  }
  await judgeInDatabase(view, judged, principal, court.live)
  return judged.flatMap(toTold)
}

function judgeInMemory(view: View, states: StateChange, context: StateContext): Judged {
  const { before, after, change } = states
  context.beforeTx = change.tx
  const was = before && after ? showState(view, before, context) : false
  context.beforeTx = undefined
  return { states, before: was, after: after ? showState(view, after, context) : false }
}

/** So many relations may a condition follow. */
const maxLoads = limits.filterDepth

/**
 * Could they see a record that is gone? Of it nothing but its id is told. Where related records were changed with it the
 * database no longer knows what they were: what then cannot be found out is not told.
 */
async function judgeDelete(view: View, states: StateChange, page: PageStates, context: StateContext): Promise<Judged> {
  const { before, change } = states
  const judged = (was: Shown): Judged => ({ states, before: was, after: false })
  if (!before) return judged(false)
  context.beforeTx = change.tx
  for (let loads = 0; ; loads++) {
    context.isDeleted = true
    const shown = matchCondition(view.shown, before.record, context)
    context.isDeleted = false
    if (shown !== undefined) return judged(shown && '')
    if (loads === maxLoads || !(await page.loadWanted()))
      return judged(page.changedWith(change, reachedBy(view.shown)) ? false : undefined)
    context.beforeTx = change.tx
  }
}

/** The collections behind the relations that a condition follows. */
function reachedBy(condition: Condition): ReadonlySet<string> {
  const found = new Set<string>()
  walk(condition, (node) => {
    if (node instanceof RelationCondition) found.add((node.shape.relation!.target() as Collection).id)
  })
  return found
}

/** All that is undecided, in one question. Where one side of a change is asked for, so is the other: the texts are compared. */
async function judgeInDatabase(
  view: View,
  judged: readonly Judged[],
  principal: Principal,
  live: LiveRecords,
): Promise<void> {
  const open = judged.filter(({ before, after }) => before === undefined || after === undefined)
  if (open.length === 0) return
  const asked: { record: RecordState; answer: (shown: Shown) => void }[] = []
  for (const one of open) {
    const { before, after } = one.states
    if (before && one.before !== false)
      asked.push({
        record: before.record,
        answer: (shown) => {
          one.before = shown
        },
      })
    if (after && one.after !== false)
      asked.push({
        record: after.record,
        answer: (shown) => {
          one.after = shown
        },
      })
  }
  const shown = await live.show(
    view.states,
    principal,
    asked.map(({ record }) => record),
  )
  for (const [index, { answer }] of asked.entries()) answer(shown[index] ?? false)
}

function toTold({ states: { change }, before, after }: Judged): Told[] {
  const idOnly = JSON.stringify({ id: change.recordId })
  const told = (type: RealtimeEventType, record: string): Told[] => [{ type, change, record }]
  if (change.action === 'delete') return before === false ? [] : told('delete', idOnly)
  if (typeof after === 'string') {
    if (change.action === 'create') return told('create', after)
    if (before === false) return told('enter', after)
    return before === after ? [] : told('update', after)
  }
  return before === false ? [] : told('leave', idOnly)
}
