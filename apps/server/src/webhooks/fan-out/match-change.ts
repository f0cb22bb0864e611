import type { Change, RecordImage } from '../../changes/index.js'
import { type Condition, isAlways, type MatchContext, matchCondition } from '../../query/index.js'

/** The states a filter is about: of an update both, and one that satisfies it is enough. */
export const imagesOf = ({ before, after }: Change): RecordImage[] => [after, before].filter((image) => image !== null)

/** Is the change one of those the filter is about? Undefined where only the database can tell. */
export function matchChange(change: Change, condition: Condition, context: MatchContext): boolean | undefined {
  if (isAlways(condition)) return true
  const outcomes = imagesOf(change).map((image) => matchCondition(condition, image, context))
  return outcomes.includes(true) ? true : outcomes.includes(undefined) ? undefined : false
}
