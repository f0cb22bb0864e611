import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ChangeLog, ChangeRetention, neededFrom } from '../../../src/changes/index.js'
import type { TestServer } from '../../support/index.js'
import { type Persona, signUp, startServerWith } from '../../support/personas.js'

let server: TestServer
let admin: Persona
let log: ChangeLog
let retention: ChangeRetention

beforeAll(async () => {
  ;({ server, admin } = await startServerWith(
    [{ name: 'notes', fields: [{ name: 'text', type: 'text' }], rules: [] }],
    { CHANGES_MAX_MB: '1' },
  ))
  log = server.app.get(ChangeLog)
  retention = server.app.get(ChangeRetention)
})
afterAll(() => server?.stop())

const sql = async (text: string, ...values: unknown[]) => (await server.database.run({ text, values })).rows
const state = async () => (await server.request('GET', '/api/v1/admin/changes', { token: admin.token })).json.data
/** Some 500 KB of changes. */
const write = () => sql(`insert into public.notes (text) select repeat(md5(i::text), 8) from generate_series(1, 700) i`)

describe('the change log', () => {
  it('is shown to admins only', async () => {
    const user = await signUp(server, 'ada@example.com')
    expect((await server.request('GET', '/api/v1/admin/changes', { token: user.token })).status).toBe(403)
    expect(await state()).toMatchObject({
      segments: [{ name: 'changes_head', upTo: null, closedAt: null }],
      trimmedTo: 0,
      consumers: [],
    })
  })

  it('drops the oldest segments beyond its size, and tells those who had yet to read them', async () => {
    const old = await log.end()
    for (let n = 0; n < 2; n++) {
      await write()
      await retention.trim()
    }
    const before = await state()
    expect(before.segments.length).toBeGreaterThan(1)
    expect(before.oldest).toMatch(/^20\d\d-/)
    const late = await log.end()
    for (let n = 0; n < 4; n++) {
      await write()
      await retention.trim()
    }
    const after = await state()
    expect(after.bytes).toBeLessThan(1.6 * 1024 * 1024)
    expect(after.trimmedTo).toBeGreaterThan(0)
    expect([await log.reaches(old), await log.reaches(late), await log.reaches(await log.end())]).toEqual([
      false,
      false,
      true,
    ])
    const page = await log.read(old)
    expect(page).toMatchObject({ changes: [], broken: true })
    await write()
    expect((await log.read(page.next)).changes).toHaveLength(700)
  })

  it('keeps what a consumer has not read, however large it grows, until that has been away for a week', async () => {
    const cursor = await log.end()
    const store = `insert into holdfast.change_consumers (name, cursor, position) values ('test', '{}', $1)`
    await sql(store, neededFrom(cursor))
    for (let n = 0; n < 4; n++) {
      await write()
      await retention.trim()
    }
    const { bytes, consumers } = await state()
    expect(bytes).toBeGreaterThan(1024 * 1024)
    expect(consumers).toEqual([expect.objectContaining({ name: 'test', position: neededFrom(cursor) })])
    expect(consumers[0].behind).toBeGreaterThanOrEqual(2800)
    let found = 0
    for (let at = cursor; ; ) {
      const page = await log.read(at)
      expect(page.broken).toBe(false)
      found += page.changes.length
      if (page.end) break
      at = page.next
    }
    expect(found).toBe(2800)
    await sql(`update holdfast.change_consumers set updated_at = now() - interval '8 days'`)
    await retention.trim()
    expect((await state()).bytes).toBeLessThan(bytes)
    await sql('delete from holdfast.change_consumers')
  })

  it('drops what is too old', async () => {
    await write()
    await sql(`update holdfast.changes_head set at = at - interval '200 hours'`)
    await retention.trim()
    await sql(`update holdfast.change_segments set closed_at = closed_at - interval '200 hours'`)
    await retention.trim()
    expect((await state()).segments).toEqual([expect.objectContaining({ name: 'changes_head' })])
  })

  it('begins a new segment under sessions that keep writing by plans they made before, and loses nothing', async () => {
    const start = await log.end()
    const hold = `insert into holdfast.change_consumers (name, cursor, position) values ('hold', '{}', $1)`
    await sql(hold, neededFrom(start))
    const clients = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const client = new pg.Client({ connectionString: server.databaseUrl })
        await client.connect()
        return client
      }),
    )
    let writing = true
    const written = clients.map(async (client) => {
      let count = 0
      for (; writing; count++)
        await client.query({
          name: 'w',
          text: `insert into public.notes (text) values ($1)`,
          values: ['x'.repeat(2000)],
        })
      return count
    })
    const segments = new Set<string>()
    for (let n = 0; n < 6; n++) {
      await sql(
        `update holdfast.changes_head set at = at - interval '30 hours' where position = (select min(position) from holdfast.changes_head)`,
      )
      await retention.trim()
      for (const { name } of (await state()).segments) segments.add(name)
    }
    writing = false
    const total = (await Promise.all(written)).reduce((sum, count) => sum + count, 0)
    await Promise.all(clients.map((client) => client.end()))
    let found = 0
    for (let at = start; ; ) {
      const page = await log.read(at, { limit: 100 })
      expect(page.broken).toBe(false)
      found += page.changes.length
      if (page.end) break
      at = page.next
    }
    expect(found).toBe(total)
    await sql('delete from holdfast.change_consumers')
    expect(segments.size).toBeGreaterThan(2)
  })

  it('gives up for now while a long transaction writes, and goes on after it', async () => {
    const client = new pg.Client({ connectionString: server.databaseUrl })
    await client.connect()
    try {
      await client.query(`begin; insert into public.notes (text) values ('long')`)
      await sql(`update holdfast.changes_head set at = at - interval '30 hours'`)
      await sql(`insert into holdfast.change_consumers (name, cursor, position) values ('hold', '{}', 0)`)
      const before = (await state()).segments.length
      await retention.trim()
      expect((await state()).segments).toHaveLength(before)
      await write()
      await client.query('commit')
      await retention.trim()
      expect((await state()).segments.map(({ name }: { name: string }) => name)).toContain('changes_head')
      expect((await state()).segments.length).toBeGreaterThan(1)
    } finally {
      await client.end()
    }
  })
})
