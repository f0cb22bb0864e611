import type { Action, ActionPreview } from '@holdfast/contract'
import type { Collection } from '../../collections/index.js'
import { and, type Condition, conditionKey, isNever, NEVER, not } from '../../query/index.js'
import { type OpenAction, openActions } from '../own/own-permissions.js'
import type { Scopes } from '../scopes.js'

/** One action before and after an edit of rules, for one role. */
export interface ComparedAction {
  readonly action: Action
  readonly fields: ActionPreview['fields']
  /** The records that come and go. */
  readonly gained: Condition
  readonly lost: Condition
}

/** What becomes of each action when `before` turns into `after`; two versions of one collection. */
export function compareActions(
  before: { readonly scopes: Scopes; readonly collection: Collection },
  after: { readonly scopes: Scopes; readonly collection: Collection },
): Record<Action, ComparedAction> {
  const old = openActions(before.scopes, before.collection)
  const next = openActions(after.scopes, after.collection)
  const compare = (action: Action): ComparedAction => compareAction(action, old[action], next[action])
  return { read: compare('read'), create: compare('create'), update: compare('update'), delete: compare('delete') }
}

function compareAction(action: Action, old: OpenAction | undefined, next: OpenAction | undefined): ComparedAction {
  const [before, after] = [old?.rows ?? NEVER, next?.rows ?? NEVER]
  const same = conditionKey(before) === conditionKey(after)
  return {
    action,
    fields: compareFields(old, next),
    gained: same ? NEVER : and(after, not(before)),
    lost: same ? NEVER : and(before, not(after)),
  }
}

function compareFields(old: OpenAction | undefined, next: OpenAction | undefined): ActionPreview['fields'] {
  const before = masksOf(old)
  const after = masksOf(next)
  return {
    gained: [...after.keys()].filter((name) => !before.has(name)),
    lost: [...before.keys()].filter((name) => !after.has(name)),
    changed: [...after.keys()].filter((name) => before.has(name) && before.get(name) !== after.get(name)),
  }
}

/** Per field in which of the open records it is open: texts that are equal for equal answers. */
function masksOf(action: OpenAction | undefined): Map<string, string> {
  if (!action) return new Map()
  const rows = conditionKey(action.rows)
  const entries = [...action.fields].filter(([, mask]) => !isNever(mask))
  return new Map(
    entries.map(([name, mask]) => {
      const open = conditionKey(and(action.rows, mask))
      return [name, open === rows ? 'all' : conditionKey(mask)]
    }),
  )
}
