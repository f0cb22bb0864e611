import type { Change } from '../../changes/index.js'
import { newId } from '../../lib/index.js'
import type { Executor } from '../../platform/db/index.js'
import type { MatchContext } from '../../query/index.js'
import type { NewDelivery } from '../deliveries/delivery-store.js'
import type { Endpoint } from '../endpoints/endpoint.js'
import { askMatches } from './ask-matches.js'
import { completeImages } from './complete-images.js'
import { matchChange } from './match-change.js'
import { renderPayload } from './render-payload.js'

/** The deliveries that changes of its collection give for one webhook, each with its body. */
export async function planDeliveries(
  db: Executor,
  changes: readonly Change[],
  webhook: string,
  endpoint: Endpoint,
  context: MatchContext,
): Promise<NewDelivery[]> {
  const meant = await chooseChanges(db, changes, endpoint, context)
  const complete = await completeImages(db, meant, endpoint.fields)
  // Those of a page are made in the same millisecond, and are listed by their ids.
  const ids = complete.map(() => newId()).sort()
  return complete.map((change, place) => {
    const payload = renderPayload(change, endpoint)
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
  if (open.length === 0) return judged.filter(({ outcome }) => outcome).map(({ change }) => change)
  const complete = await completeImages(db, open, [...endpoint.collection.fields.values()])
  const asked = await askMatches(db, complete, endpoint)
  return judged.filter(({ change, outcome }) => outcome || asked.has(change.position)).map(({ change }) => change)
}
