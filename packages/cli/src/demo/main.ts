import { describeError } from '../errors.js'
import { runDemo } from './run-demo.js'

// Whoever reads along may have seen enough: `pnpm demo | head`.
process.stdout.on('error', () => process.exit())

try {
  await runDemo(process.env, process.stdout)
} catch (error) {
  console.error(`demo: ${describeError(error)}`)
  process.exitCode = 1
}
