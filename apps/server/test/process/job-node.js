import { setTimeout as sleep } from 'node:timers/promises'
import { AppModule } from '../../dist/app.module.js'
import { createApp } from '../../dist/create-app.js'
import { Jobs } from '../../dist/jobs/index.js'
import { parseConfig } from '../../dist/platform/config/index.js'
import { Database } from '../../dist/platform/db/index.js'
import { createLog } from '../../dist/platform/log/index.js'

// A node of the built server with a kind of job of its own, for a test to kill: it writes down what it begins and ends.
const config = parseConfig(process.env)
const app = await createApp(AppModule, config, createLog(config).log)
const db = app.get(Database)
const write = (step, n) =>
  db.run({ text: 'insert into public.steps (n, step, pid) values ($1, $2, $3)', values: [n, step, process.pid] })
app.get(Jobs).define('test.killed', { retries: 0, concurrency: 4 }, async ({ data: { n, ms } }) => {
  await write('began', n)
  await sleep(ms)
  await write('ended', n)
})
await app.listen(0, '127.0.0.1')
await app.get(Jobs).start()
console.log('ready')
process.on('SIGTERM', () => app.close())
