import { limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { Count } from '../read/selection.js'

/** `none`, `exact`, `estimated`, `upTo:100` → how a total is found. @throws invalid_query */
export function parseCount(value: string | undefined, at: string): Count {
  if (value === undefined || value === 'none') return { mode: 'none' }
  if (value === 'exact' || value === 'estimated') return { mode: value }
  const upTo = /^upTo:(\d{1,9})$/.exec(value)
  if (upTo && Number(upTo[1]) > 0) {
    if (Number(upTo[1]) <= limits.countUpTo) return { mode: 'upTo', max: Number(upTo[1]) }
    throw invalidAt(
      'invalid_query',
      at,
      `upTo counts to ${limits.countUpTo} at most`,
      'Use count=estimated for a rough total, count=exact for an exact one.',
    )
  }
  throw invalidAt('invalid_query', at, 'count is none, exact, estimated or upTo:N')
}

/** The same for an expanded relation: of that, nobody asks the planner. @throws invalid_query */
export function parseExpandCount(value: string | undefined, at: string): Count {
  const count = parseCount(value, at)
  if (count.mode !== 'estimated') return count
  throw invalidAt('invalid_query', at, 'An expanded relation cannot be estimated', 'Use exact or upTo:N.')
}
