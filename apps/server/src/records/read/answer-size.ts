import { limits } from '@holdfast/contract'
import { invalidAt } from '../../lib/index.js'
import type { RawExpand } from '../expand/parse-expand.js'
import type { Selection } from './selection.js'

/** Refuses an answer of so many records when, with what is expanded under them, it may be too large. @throws query_too_complex */
export function refuseTooLarge(records: number, selection: Selection, expand: readonly RawExpand[]): void {
  const all = records * recordsPerRecord(selection, expand)
  if (all > limits.answerRecords)
    throw invalidAt(
      'query_too_complex',
      'expand',
      `With these limits the answer may hold ${all} records; the most is ${limits.answerRecords}`,
      'Ask for smaller pages, or give the expanded relations a limit: comments(limit:10).',
    )
}

/** One, and what may be expanded under it. A list that is expanded whole counts as a page of the default length. */
const recordsPerRecord = (selection: Selection, expand: readonly RawExpand[]): number =>
  selection.expand.reduce((sum, { relation, target }, index) => {
    const { limit = limits.defaultLimit, expand: inner } = expand[index]!
    const records = relation.relation!.kind === 'one' ? 1 : limit
    return sum + (target ? records * recordsPerRecord(target.selection, inner) : 0)
  }, 1)
