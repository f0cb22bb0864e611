import type { ParamSource } from '../query/index.js'

/** A statement ready to run for any caller of the same rules: only the values of its parameters differ. */
export interface Plan {
  readonly text: string
  readonly params: readonly ParamSource[]
}

/** Longer keys come from queries composed once; they are not kept. */
const maxKeyLength = 2000

/** Built plans by a key, for as long as their scope lives (it dies with the schema version). */
export class PlanCache<P> {
  private readonly byOwner = new WeakMap<object, Map<string, P>>()

  constructor(private readonly maxPerOwner = 500) {}

  get(owner: object, key: string, build: () => P, keep: (plan: P) => boolean = () => true): P {
    if (key.length > maxKeyLength) return build()
    let plans = this.byOwner.get(owner)
    if (!plans) {
      plans = new Map()
      this.byOwner.set(owner, plans)
    }
    let plan = plans.get(key)
    if (plan === undefined) {
      plan = build()
      if (!keep(plan)) return plan
      if (plans.size >= this.maxPerOwner) plans.delete(plans.keys().next().value!)
      plans.set(key, plan)
    }
    return plan
  }
}
