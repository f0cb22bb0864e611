import type { Executor } from '../platform/db/index.js'
import { type Bindings, bindParams, type ParamValue } from '../query/index.js'
import type { Plan } from './plan.js'

/** Runs one statement. */
export async function run(
  target: Executor,
  plan: Plan,
  bindings: Bindings,
  inputs: readonly ParamValue[],
): Promise<readonly unknown[][]> {
  const { rows } = await target.run({
    text: plan.text,
    values: bindParams(plan.params, { ...bindings, inputs, cause: target.cause }),
  })
  return rows
}
