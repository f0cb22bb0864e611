import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Change, type ChangeCursor, ChangeLog, neededFrom } from '../../../src/changes/index.js'
import { startServer, type TestServer } from '../../support/index.js'
import { startServerWith } from '../../support/personas.js'

let first: TestServer
let restored: TestServer | undefined

beforeAll(async () => {
  ;({ server: first } = await startServerWith([{ name: 'notes', fields: [{ name: 'text', type: 'text' }], rules: [] }]))
})
afterAll(async () => {
  await restored?.stop()
  await first?.stop()
})

const sql = async (text: string, ...values: unknown[]) => (await first.database.run({ text, values })).rows
const write = (...texts: string[]) => sql('insert into public.notes (text) select unnest($1::text[])', texts)
const textsOf = (changes: readonly Change[]) => changes.map(({ after }) => after!['text'])

async function readAll(log: ChangeLog, start: ChangeCursor): Promise<Change[]> {
  const found: Change[] = []
  for (let cursor = start; ; ) {
    const page = await log.read(cursor, { limit: 2 })
    expect(page.broken).toBe(false)
    found.push(...page.changes)
    if (page.end) return found
    cursor = page.next
  }
}

it('goes on in another cluster: consumers read what they had not, clients are told to begin anew', async () => {
  const log = first.app.get(ChangeLog)
  const start = await log.end()
  await write('a', 'b', 'c')
  await write('d')
  const inside = (await log.read(start, { limit: 2 })).next
  const behind = (await log.read((await log.read(inside)).next)).next
  await write('e')
  const store = 'insert into holdfast.change_consumers (name, cursor, position) values ($1, $2, $3)'
  await sql(store, 'inside', JSON.stringify(inside), neededFrom(inside))
  await sql(store, 'behind', JSON.stringify(behind), neededFrom(behind))

  // What a dump brings: the log and the consumers, with transaction ids that are still to come where it is loaded.
  await sql(`update holdfast.changes set tx = (tx::text::int8 + 1000000)::text::xid8`)
  for (const [name, cursor] of [
    ['inside', inside],
    ['behind', behind],
  ] as const)
    await sql('update holdfast.change_consumers set cursor = $2 where name = $1', name, JSON.stringify(shift(cursor)))
  await sql(`update holdfast.change_origin set identity = 'elsewhere'`)
  restored = await startServer({ DATABASE_URL: first.databaseUrl })
  const now = restored.app.get(ChangeLog)

  expect(await now.reaches(shift(behind))).toBe(false)
  expect(await now.read(now.open(now.seal(shift(behind))))).toMatchObject({ changes: [], broken: true })
  const consumers = (await sql('select name, cursor::text, position from holdfast.change_consumers')) as [
    string,
    string,
    number,
  ][]
  const cursorOf = (name: string) => JSON.parse(consumers.find(([each]) => each === name)![1]) as ChangeCursor
  expect(textsOf(await readAll(now, cursorOf('inside')))).toEqual(['c', 'd', 'e'])
  expect(textsOf(await readAll(now, cursorOf('behind')))).toEqual(['e'])

  const end = await now.end()
  await write('f', 'g', 'h')
  expect(textsOf(await readAll(now, end))).toEqual(['f', 'g', 'h'])
  expect(textsOf(await readAll(now, cursorOf('behind')))).toEqual(['e', 'f', 'g', 'h'])
  const page = await now.read(cursorOf('behind'))
  expect(textsOf(await readAll(now, page.next))).toEqual([])
})

const shift = (cursor: ChangeCursor): ChangeCursor => {
  const later = <T extends { xmax: number; running: readonly (readonly [number, number])[] }>(horizon: T): T => ({
    ...horizon,
    xmax: horizon.xmax + 1_000_000,
    running: horizon.running.map(([tx, floor]) => [tx + 1_000_000, floor]),
  })
  const { since, round } = cursor
  return { ...cursor, since: later(since), ...(round ? { round: { ...round, until: later(round.until) } } : {}) }
}
