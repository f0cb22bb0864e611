import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { type Answer, call } from './http.js'
import type { Bench } from './measure.js'
import type { Operation } from './operations.js'
import type { Side } from './sides.js'
import { countNewPosts, readPost, restorePosts } from './tables.js'
import { recordUrl } from './urls.js'

/** How many different requests of an operation are compared. */
const compared = 5

/** Both sides answer with the same records, and what they say they wrote is in the table. @throws with the difference */
export async function checkAnswers(bench: Bench, operation: Operation): Promise<void> {
  const floor = await ask(bench, bench.floor, operation)
  const server = await ask(bench, bench.server, operation)
  try {
    for (const [index, answer] of floor.entries()) operation.compare(answer, server[index]!)
  } catch (error) {
    throw new Error(`${operation.name}: the two sides do not answer alike`, { cause: error })
  }
}

async function ask({ client, fixture }: Bench, side: Side, operation: Operation): Promise<Answer[]> {
  const token = await side.signIn()
  const answers: Answer[] = []
  for (const { method, path, body } of operation.requests(fixture).slice(0, compared)) {
    const answer = await call(side.url, { method, path, body, token, headers: operation.headers })
    if (answer.status < 200 || answer.status > 299)
      throw new Error(`${operation.name}: the ${side.name} answered ${answer.status} ${JSON.stringify(answer.json)}`)
    answers.push(answer)
  }
  if (operation.recordsPerAnswer) strictEqual(await countNewPosts(client), operation.recordsPerAnswer)
  else if (operation.writes)
    for (const { json } of answers) deepStrictEqual(json.data, await readPost(client, json.data.id))
  if (operation.writes) await restorePosts(client)
  return answers
}

/** Neither side shows or changes what the rules keep from the caller. @throws when one does */
export async function checkRefusals({ floor, server, fixture }: Bench): Promise<void> {
  const path = recordUrl(fixture.foreignDraft)
  for (const side of [floor, server]) {
    const token = await side.signIn()
    const read = await call(side.url, { path, token })
    const written = await call(side.url, { method: 'PATCH', path, token, body: { views: 1 } })
    if (read.status !== 404 || written.status !== 404)
      throw new Error(`the ${side.name} answered ${read.status} and ${written.status} about a draft of somebody else`)
  }
}
