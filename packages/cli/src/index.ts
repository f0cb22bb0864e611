/** The `holdfast` command. */
export { type Outcome, run } from './run.js'
