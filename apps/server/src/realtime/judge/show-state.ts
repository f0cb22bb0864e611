import { type Condition, conditionKey, isAlways, type MatchContext, matchCondition } from '../../query/index.js'
import type { View } from '../view/view.js'
import type { State } from './page-states.js'

/** The record as the view shows it, as JSON; false where it does not. Undefined: only the database can tell. */
export type Shown = string | false | undefined

/** Rules, filter and masks, decided in memory. */
export function showState(view: View, state: State, context: MatchContext): Shown {
  const shown = matchCondition(view.shown, state.record, context)
  return shown ? renderRecord(view, state, context) : shown
}

function renderRecord({ states: { selection } }: View, state: State, context: MatchContext): Shown {
  if (selection.expand.length > 0) return undefined
  const masks = new Map<string, boolean>()
  const parts: string[] = []
  for (const { field, mask } of selection.fields) {
    const open = isOpen(mask, masks, state, context)
    if (open === false) continue
    const text = open && state.text(field.name)
    if (text === undefined) return undefined
    // Names of fields need no escapes.
    parts.push(`"${field.name}":${text}`)
  }
  return `{${parts.join(',')}}`
}

/** Many fields share a mask. */
function isOpen(
  mask: Condition,
  known: Map<string, boolean>,
  state: State,
  context: MatchContext,
): boolean | undefined {
  if (isAlways(mask)) return true
  const key = conditionKey(mask)
  const found = known.get(key)
  if (found !== undefined) return found
  const open = matchCondition(mask, state.record, context)
  if (open !== undefined) known.set(key, open)
  return open
}
