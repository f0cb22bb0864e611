import { Injectable } from '@nestjs/common'
import type { GuardedDirectRequest } from '../../auth/index.js'
import { invalidAt } from '../../lib/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { SafeWrites } from '../idempotency/safe-writes.js'
import { listPath, prefersMinimal, searchOf } from '../record-request.js'
import type { Target } from '../write/target.js'
import { BulkWrites } from './bulk-writes.js'

type BulkRequest = GuardedDirectRequest & { readonly params: { readonly collection: string } }
type Work = (request: BulkRequest, target: Target) => Promise<number>

/** All records that a filter finds, changed or deleted together. Open to everyone: the rules decide, row by row. */
@Injectable()
export class BulkRoutes {
  constructor(
    private readonly bulk: BulkWrites,
    private readonly safely: SafeWrites,
    routes: DirectRoutes,
  ) {
    const access = 'public'
    routes.add({ method: 'PATCH', path: listPath, access, handle: this.handle(this.update) })
    routes.add({ method: 'DELETE', path: listPath, access, handle: this.handle(this.delete) })
  }

  private handle(work: Work): (request: BulkRequest) => Promise<Answer> {
    const count = work.bind(this)
    return (request) => this.safely.run(request, async (target) => countAnswer(request, await count(request, target)))
  }

  private update(request: BulkRequest, target: Target): Promise<number> {
    refuseIfMatch(request)
    const { principal, params, body } = request
    return this.bulk.update(principal, params.collection, searchOf(request), body, target)
  }

  private delete(request: BulkRequest, target: Target): Promise<number> {
    refuseIfMatch(request)
    const { principal, params } = request
    return this.bulk.delete(principal, params.collection, searchOf(request), target)
  }
}

/** Each record has a version of its own. */
function refuseIfMatch({ headers }: BulkRequest): void {
  if (headers['if-match'] !== undefined)
    throw invalidAt(
      'invalid_value',
      'If-Match',
      'If-Match is about one record, and a filter finds many',
      'Ask for the version in the filter.',
    )
}

const countAnswer = (request: BulkRequest, count: number): Answer =>
  prefersMinimal(request) ? { status: 204 } : { status: 200, body: JSON.stringify({ data: { count } }) }
