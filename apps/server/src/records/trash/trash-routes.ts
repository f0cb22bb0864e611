import { Injectable } from '@nestjs/common'
import { SchemaCache } from '../../collections/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { SafeWrites } from '../idempotency/safe-writes.js'
import { collectionPath, type RecordRequest, refuseSearch, searchOf } from '../record-request.js'
import type { Target } from '../write/target.js'
import { TrashService } from './trash.service.js'

const trashPath = `${collectionPath}/trash`

/** Deleted records of every collection. Lists and restores are as open as deleting is; admins purge. */
@Injectable()
export class TrashRoutes {
  constructor(
    private readonly trash: TrashService,
    private readonly schemas: SchemaCache,
    private readonly safely: SafeWrites,
    routes: DirectRoutes,
  ) {
    const list = (request: RecordRequest) => this.schemas.consistently(() => this.list(request))
    routes.add({ method: 'GET', path: trashPath, access: 'public', viewable: true, handle: list })
    routes.add({
      method: 'POST',
      path: `${trashPath}/{id}/restore`,
      access: 'public',
      handle: this.write(this.restore),
    })
    routes.add({ method: 'DELETE', path: `${trashPath}/{id}`, access: 'admin', handle: this.write(this.purge) })
    routes.add({ method: 'DELETE', path: trashPath, access: 'admin', handle: this.write(this.empty) })
  }

  private write(
    route: (request: RecordRequest, target: Target) => Promise<Answer>,
  ): (request: RecordRequest) => Promise<Answer> {
    const work = route.bind(this)
    return (request) => this.safely.run(request, (target) => work(request, target))
  }

  private async list(request: RecordRequest): Promise<Answer> {
    const { principal, params } = request
    return { status: 200, body: await this.trash.list(principal, params.collection, searchOf(request), request) }
  }

  private async restore(request: RecordRequest, target: Target): Promise<Answer> {
    refuseSearch(request)
    const { principal, params } = request
    const data = await this.trash.restore(principal, params.collection, params.id, target)
    return { status: 200, body: JSON.stringify({ data }) }
  }

  private async purge(request: RecordRequest, target: Target): Promise<Answer> {
    refuseSearch(request)
    const { principal, params } = request
    await this.trash.purge(principal, params.collection, params.id, target)
    return { status: 204 }
  }

  private async empty(request: RecordRequest, target: Target): Promise<Answer> {
    refuseSearch(request)
    const { principal, params } = request
    const count = await this.trash.empty(principal, params.collection, target)
    return { status: 200, body: JSON.stringify({ data: { count } }) }
  }
}
