import { Injectable } from '@nestjs/common'
import type { GuardedDirectRequest } from '../../auth/index.js'
import type { Executor } from '../../platform/db/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { SafeWrites } from '../idempotency/safe-writes.js'
import { prefersMinimal, refuseSearch } from '../record-request.js'
import { RecordsService } from '../records.service.js'
import { Upserts } from '../upsert/upserts.js'
import { RecordWrites } from '../write/record-writes.js'
import { inTransaction } from '../write/target.js'
import { parseBatch } from './parse-batch.js'
import { runBatch } from './run-batch.js'

/** Operations on records of any collections in one transaction. Open to everyone: the rules judge each as if it came alone. */
@Injectable()
export class BatchRoutes {
  constructor(
    private readonly records: RecordsService,
    private readonly writes: RecordWrites,
    private readonly upserts: Upserts,
    private readonly safely: SafeWrites,
    routes: DirectRoutes,
  ) {
    const handle = (request: GuardedDirectRequest) => this.batch(request)
    routes.add({ method: 'POST', path: '/api/v1/batch', access: 'public', handle })
  }

  private async batch(request: GuardedDirectRequest): Promise<Answer> {
    refuseSearch(request)
    const batch = parseBatch(request.body)
    const minimal = prefersMinimal(request)
    const { isolation } = batch
    const { records, writes, upserts } = this
    const work = async (tx: Executor): Promise<Answer> => {
      const results = await runBatch({ records, writes, upserts }, request.principal, batch, minimal, tx)
      return minimal ? { status: 204 } : { status: 200, body: `{"data":[${results.join(',')}]}` }
    }
    return this.safely.run(request, (target) => inTransaction(target, work, { isolation }), isolation)
  }
}
