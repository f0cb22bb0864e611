import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AppError } from '../../../src/lib/index.js'
import { findTextOrder, Signals, toAppError } from '../../../src/platform/db/index.js'
import { PlatformModule } from '../../../src/platform/platform.module.js'
import { createTestDatabase, startServer, type TestServer } from '../../support/index.js'

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

  it('keeps a bounded number of statements prepared on a connection', async () => {
    await server.database.transaction(async (transaction) => {
      for (let shape = 0; shape < 700; shape++)
        for (let use = 0; use < 2; use++) await transaction.run({ text: `select ${shape}`, values: [] })
      const { rows } = await transaction.run({ text: 'select count(*) from pg_prepared_statements', values: [] })
      expect(rows[0]![0]).toBeLessThanOrEqual(300)
      const again = await transaction.run({ text: 'select 3', values: [] })
      expect(again.rows).toEqual([[3]])
    })
  })
})

describe('errors of PostgreSQL', () => {
  it.each([
    ['23505', 409, 'unique_violation'],
    ['23503', 409, 'reference_violation'],
    ['23502', 422, 'validation_failed'],
    ['22P02', 400, 'invalid_value'],
    ['22021', 400, 'invalid_value'],
    ['22003', 422, 'validation_failed'],
    ['40001', 409, 'transaction_conflict'],
    ['40P01', 409, 'transaction_conflict'],
    ['57014', 503, 'query_timeout'],
    ['53300', 503, 'unavailable'],
    ['57P01', 503, 'unavailable'],
    ['08006', 503, 'unavailable'],
    ['54001', 400, 'query_too_complex'],
    ['HF403', 403, 'forbidden'],
    ['HF404', 404, 'record_not_found'],
  ])('%s means %i %s, and the caller sees nothing of the database', async (state, status, code) => {
    const error = await run(`do $$ begin raise exception 'secret table' using errcode = '${state}'; end $$`).catch(
      toAppError,
    )
    expect(error).toMatchObject({ status, code })
    const { detail, options } = error as AppError
    expect(detail).not.toContain('secret')
    expect(options.headers?.['retry-after']).toBe(status === 503 || code === 'transaction_conflict' ? '1' : undefined)
  })

  it('leaves a fault of ours a fault', async () => {
    expect(await run('select nonsense').catch(toAppError)).toBeUndefined()
    expect(toAppError(new Error('something else'))).toBeUndefined()
  })

  it('waiting too long for a connection is 503', () => {
    expect(toAppError(new Error('timeout exceeded when trying to connect'))).toMatchObject({ status: 503 })
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

  it('tell their listeners to reload after a break', async () => {
    const signals = server.app.get(Signals)
    let resets = 0
    signals.onReset(() => resets++)
    await run(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'holdfast signals' and datname = current_database()`)
    await expect.poll(() => resets, { timeout: 5000 }).toBe(1)
    expect(signals.healthy).toBe(true)
    const heard = new Promise((resolve) => signals.on('again', resolve))
    await signals.send('again', 'still here')
    expect(await heard).toBe('still here')
  })

  it('sent in a transaction that rolls back never leave', async () => {
    const signals = server.app.get(Signals)
    const heard: string[] = []
    signals.on('order', (payload) => heard.push(payload))
    await server.database
      .transaction(async (transaction) => {
        await signals.send('order', 'rolled back', transaction)
        throw new Error('no')
      })
      .catch(() => {})
    await signals.send('order', 'committed')
    await expect.poll(() => heard).toEqual(['committed'])
  })
})

describe('system migrations', () => {
  it('run once when two nodes start together', async () => {
    const fresh = await createTestDatabase()
    const nodes = await Promise.all([1, 2].map(() => startServer({ DATABASE_URL: fresh.url }, PlatformModule)))
    const { rows } = await nodes[0]!.database.run({
      text: 'select count(*), count(distinct name) from holdfast.migrations',
      values: [],
    })
    expect(rows[0]![0]).toBe(rows[0]![1])
    await Promise.all(nodes.map((node) => node.stop()))
    await fresh.drop()
  })
})

it('tells an order of texts by code points from that of a language', async () => {
  const orderOf = async (options: string): Promise<unknown> => {
    const name = `order_${Math.random().toString(36).slice(2)}`
    await run(`create database ${name} template template0 ${options}`)
    const other = await startServer(
      { DATABASE_URL: server.databaseUrl.replace(/\/[^/?]*(\?|$)/, `/${name}$1`) },
      PlatformModule,
    )
    try {
      return await findTextOrder(other.database)
    } finally {
      await other.stop()
      await run(`drop database ${name} with (force)`)
    }
  }
  // The embedded one is made with C.UTF-8; others are as they are.
  expect(['C.UTF-8', 'C']).toContain(await findTextOrder(server.database))
  expect(await orderOf(`locale_provider libc locale 'C'`)).toBe('C')
  expect(await orderOf(`locale_provider icu icu_locale 'de' locale 'C'`)).toBeUndefined()
})
