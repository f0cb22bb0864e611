import { describeError } from '../errors.js'
import { runDemo } from './run-demo.js'

try {
  await runDemo(process.env, process.stdout)
} catch (error) {
  console.error(`demo: ${describeError(error)}`)
  process.exitCode = 1
}
