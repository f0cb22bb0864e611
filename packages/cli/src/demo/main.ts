import { describeError } from '../errors.js'
import { runRealtimeDemo } from './realtime/run-realtime-demo.js'
import { runDemo } from './run-demo.js'

/** What is shown by which word after `demo`. */
const demos = { '': runDemo, realtime: runRealtimeDemo }

// Whoever reads along may have seen enough: `pnpm demo | head`.
process.stdout.on('error', () => process.exit())

try {
  const name = process.argv[2] ?? ''
  if (!Object.hasOwn(demos, name)) throw new Error(`There is no demo ${name}. There are: demo, demo realtime`)
  await demos[name as keyof typeof demos](process.env, process.stdout)
} catch (error) {
  console.error(`demo: ${describeError(error)}`)
  process.exitCode = 1
}
