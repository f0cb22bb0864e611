import { invalidAt } from '../../lib/index.js'
import { databaseErrorOf, type Executor } from '../../platform/db/index.js'
import type { Bindings } from '../../query/index.js'
import type { Plan } from '../plan.js'
import { run } from '../run.js'

/** The answer as JSON text: `{"data":[…]}`. */
export async function runAggregate(db: Executor, plan: Plan, bindings: Bindings): Promise<string> {
  try {
    const [row] = await run(db, plan, bindings, [])
    return `{"data":[${row![0] as string}]}`
  } catch (error) {
    throw explain(error)
  }
}

const outOfRange = new Set(['22003', '22008'])

/** What PostgreSQL can only find out while it runs: a sum beyond its type, or a time zone that Node knows and it does not. */
function explain(error: unknown): unknown {
  const state = databaseErrorOf(error)?.code ?? ''
  if (outOfRange.has(state))
    return invalidAt('invalid_query', 'aggregates', 'An aggregate of these records leaves the range of its type')
  if (state === '22023') return invalidAt('invalid_query', 'groupBy', 'The database does not know the time zone')
  return error
}
