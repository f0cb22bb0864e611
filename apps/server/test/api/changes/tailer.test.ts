import { afterAll, beforeAll, expect, it } from 'vitest'
import { ChangeTailer } from '../../../src/changes/index.js'
import { startServer, type TestServer } from '../../support/index.js'

let server: TestServer

beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server?.stop())

const patience = { timeout: 60_000, interval: 5 }

it('tells whoever comes while it ends because the last has gone, at any moment of that', async () => {
  const tailer = server.app.get(ChangeTailer)
  for (let turns = 0; turns < 30; turns++) {
    let [first, second] = [0, 0]
    const stopFirst = tailer.follow(() => void first++)
    await expect.poll(() => first, patience).toBeGreaterThan(0)
    stopFirst()
    for (let turn = 0; turn < turns; turn++) await Promise.resolve()
    const stopSecond = tailer.follow(() => void second++)
    await expect.poll(() => second, patience).toBeGreaterThan(0)
    stopSecond()
  }
})
