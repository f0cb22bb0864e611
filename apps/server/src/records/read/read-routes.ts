import { Injectable } from '@nestjs/common'
import { SchemaCache } from '../../collections/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { etagOf } from '../record-answer.js'
import { collectionPath, listPath, type RecordRequest, recordPath, refuseSearch, searchOf } from '../record-request.js'
import { RecordsService } from '../records.service.js'

/** Reads records of every collection. Open to everyone: the rules of the collection decide, row by row and field by field. */
@Injectable()
export class ReadRoutes {
  constructor(
    private readonly records: RecordsService,
    private readonly schemas: SchemaCache,
    routes: DirectRoutes,
  ) {
    const kind = { access: 'public', viewable: true } as const
    routes.add({ method: 'GET', path: listPath, ...kind, handle: this.handle(this.list) })
    routes.add({ method: 'POST', path: `${collectionPath}/query`, ...kind, handle: this.handle(this.query) })
    routes.add({ method: 'GET', path: recordPath, ...kind, handle: this.handle(this.get) })
  }

  /** A route that plans on the schema as it is, and again when that changes while it runs. */
  private handle(route: (request: RecordRequest) => Promise<Answer>): (request: RecordRequest) => Promise<Answer> {
    const work = route.bind(this)
    return (request) => this.schemas.consistently(() => work(request))
  }

  private async list(request: RecordRequest): Promise<Answer> {
    const { principal, params } = request
    return { status: 200, body: await this.records.list(principal, params.collection, searchOf(request), request) }
  }

  private async query(request: RecordRequest): Promise<Answer> {
    refuseSearch(request)
    const { principal, params, body } = request
    return { status: 200, body: await this.records.query(principal, params.collection, body, request) }
  }

  private async get(request: RecordRequest): Promise<Answer> {
    const { principal, params } = request
    const { json, version } = await this.records.get(principal, params.collection, params.id, searchOf(request))
    return { status: 200, body: `{"data":${json}}`, ...etagOf(version) }
  }
}
