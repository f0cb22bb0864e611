import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Signals } from '../../../src/platform/db/index.js'
import { PlatformModule } from '../../../src/platform/platform.module.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer
beforeAll(async () => {
  server = await startServer({}, PlatformModule)
})
afterAll(() => server.stop())

const run = (text: string, ...values: unknown[]) => server.database.run({ text, values }).then((result) => result.rows)

describe('run', () => {
  it('gives rows as arrays of text, number, boolean and null', async () => {
    const rows = await run(`select 1::int4, 2::int8, 9007199254740993::int8, 1.5::float8, '1.50'::numeric, true, null,
      '{"a":1}'::jsonb, '2024-01-02T03:04:05.006Z'::timestamptz, interval '1 day 2 hours'`)
    expect(rows).toEqual([
      [1, 2, '9007199254740993', 1.5, '1.50', true, null, '{"a": 1}', '2024-01-02 03:04:05.006+00', 'P1DT2H'],
    ])
  })

  it('prepares a statement once it repeats', async () => {
    for (let count = 0; count < 3; count++) await run('select $1::int4 + 17', 1)
    const prepared = await run(`select count(*) from pg_prepared_statements where statement = 'select $1::int4 + 17'`)
    expect(prepared).toEqual([[1]])
  })
})

describe('transaction', () => {
  it('rolls back when the work throws', async () => {
    await run('create table public.t (n int)')
    const failed = server.database.transaction(async (transaction) => {
      await transaction.run({ text: 'insert into public.t values (1)', values: [] })
      throw new Error('no')
    })
    await expect(failed).rejects.toThrow('no')
    expect(await run('select count(*) from public.t')).toEqual([[0]])
  })
})

describe('signals', () => {
  it('reach a second node within a second', async () => {
    const other = await startServer({ DATABASE_URL: server.databaseUrl }, PlatformModule)
    const heard = new Promise((resolve) => other.app.get(Signals).on('greeting', resolve))
    await server.app.get(Signals).send('greeting', 'hello there')
    expect(await heard).toBe('hello there')
    await other.stop()
  })
})
