import type { Collection } from '../../collections/index.js'
import { daysOf, trashDaysOf } from './kept-days.js'

type Collections = ReadonlyMap<string, Collection>

/** How many days the log keeps what of a collection. */
export interface KeptLimits {
  /** Undefined: there is no history, or it is kept for ever (see `forEver`). */
  readonly historyDays: number | undefined
  readonly forEver: boolean
  /** Deletes: as long as its own trash says, or that of a record they belong to. */
  readonly deleteDays: number
  /** Relations and lists that deletes of other records emptied. */
  readonly undoDays: number
}

export function keptLimitsOf(collection: Collection, all: Collections): KeptLimits {
  const { history } = collection.definition
  const deleteDays = deleteDaysOf(collection, all)
  const targets = relationsOf(collection, all).map(({ target }) => deleteDaysOf(target, all))
  return {
    historyDays: daysOf(history),
    forEver: history === true,
    deleteDays,
    undoDays: Math.max(deleteDays, ...targets),
  }
}

/** The longest of its own trash and those of all it is deleted with. */
function deleteDaysOf(collection: Collection, all: Collections): number {
  const owners = new Set([collection])
  for (const owner of owners)
    for (const { target, cascades } of relationsOf(owner, all)) if (cascades) owners.add(target)
  return Math.max(...[...owners].map(({ definition }) => trashDaysOf(definition) ?? 0))
}

const relationsOf = ({ definition }: Collection, all: Collections): { target: Collection; cascades: boolean }[] =>
  definition.fields.flatMap(({ type, collection, onDelete }) => {
    const target = type === 'relation' ? all.get(collection ?? '') : undefined
    return target ? [{ target, cascades: onDelete === 'cascade' }] : []
  })
