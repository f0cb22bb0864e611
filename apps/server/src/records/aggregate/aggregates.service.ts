import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { bindingsOf, PermissionsService, requireScope } from '../../permissions/index.js'
import { RecordDatabase, type Waiting } from '../../platform/db/index.js'
import { CostGuard } from '../cost/cost-guard.js'
import { type Plan, PlanCache } from '../plan.js'
import { parseAggregate } from './parse-aggregate.js'
import { planAggregate } from './plan-aggregate.js'
import { runAggregate } from './run-aggregate.js'

const hint = 'Filter by fields that have an index, so that fewer records are read.'

/** Counts, sums and the like over the records a caller may read. */
@Injectable()
export class AggregatesService {
  private readonly plans = new PlanCache<Plan>()

  constructor(
    private readonly db: RecordDatabase,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly guard: CostGuard,
  ) {}

  /** The groups as JSON text `{"data":[{"status":"published","n":3}]}`. @throws what `parseAggregate` throws, forbidden, … */
  async aggregate(principal: Principal, name: string, body: unknown, waiting?: Waiting): Promise<string> {
    const collection = this.schemas.get(name)
    const scope = requireScope(this.permissions.scopes(principal).read(collection), principal, 'read', collection)
    const plan = this.plans.get(scope, JSON.stringify(body) ?? '', () => planAggregate(parseAggregate(body, scope)))
    const db = this.db.reads(waiting)
    const bindings = bindingsOf(principal)
    for (const statement of this.guard.unchecked(principal, plan))
      await this.guard.check(db, statement, bindings, () => hint)
    const startedMs = performance.now()
    const answer = await runAggregate(db, plan, bindings)
    this.guard.note(plan, performance.now() - startedMs)
    return answer
  }
}
