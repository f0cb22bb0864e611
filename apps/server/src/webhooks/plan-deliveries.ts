import type { Change } from '../changes/index.js'
import type { Field } from '../collections/index.js'
import { newId } from '../lib/index.js'
import type { Executor } from '../platform/db/index.js'
import type { MatchContext } from '../query/index.js'
import { askMatches } from './ask-matches.js'
import type { NewDelivery } from './delivery-store.js'
import type { Endpoint } from './endpoint.js'
import { matchChange } from './match-change.js'
import { readLists } from './read-lists.js'
import { isList, renderPayload } from './render-payload.js'

/** The deliveries that changes of its collection give for one webhook, each with its body. */
export async function planDeliveries(
  db: Executor,
  changes: readonly Change[],
  webhook: string,
  endpoint: Endpoint,
  context: MatchContext,
): Promise<NewDelivery[]> {
  const meant = await chooseChanges(db, changes, endpoint, context)
  const lists = await readLists(db, endpoint.fields.filter(isList), meant)
  const findList = (field: Field, recordId: string) => lists.get(field)?.get(recordId) ?? []
  // Those of a page are made in the same millisecond, and are listed by their ids.
  const ids = meant.map(() => newId()).sort()
  return meant.map((change, place) => {
    const payload = renderPayload(change, endpoint, findList)
    const { position, recordId: record } = change
    return { id: ids[place]!, webhook, position, record, event: payload.type, payload: JSON.stringify(payload) }
  })
}

/** In memory where that can tell; the rest is asked together. */
async function chooseChanges(
  db: Executor,
  changes: readonly Change[],
  endpoint: Endpoint,
  context: MatchContext,
): Promise<Change[]> {
  const judged = changes
    .filter(({ action }) => endpoint.events.has(action))
    .map((change) => ({ change, outcome: matchChange(change, endpoint.condition, context) }))
  const open = judged.filter(({ outcome }) => outcome === undefined).map(({ change }) => change)
  const asked = open.length === 0 ? new Set() : await askMatches(db, open, endpoint)
  return judged.filter(({ change, outcome }) => outcome || asked.has(change)).map(({ change }) => change)
}
