import { Injectable } from '@nestjs/common'
import { SchemaCache } from '../../collections/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { SafeWrites } from '../idempotency/safe-writes.js'
import { writtenAnswer } from '../record-answer.js'
import { type RecordRequest, recordPath, searchOf, writeOptions } from '../record-request.js'
import type { Target } from '../write/target.js'
import { VersionRestores } from './version-restores.js'
import { VersionsService } from './versions.service.js'

type VersionRequest = RecordRequest & { readonly params: { readonly version: string } }

const versionsPath = `${recordPath}/versions`
const versionPath = `${versionsPath}/{version}`

/** Versions of the records of every collection that keeps its history. The rules of the collection decide, as they are today. */
@Injectable()
export class VersionRoutes {
  constructor(
    private readonly versions: VersionsService,
    private readonly restores: VersionRestores,
    private readonly schemas: SchemaCache,
    private readonly safely: SafeWrites,
    routes: DirectRoutes,
  ) {
    const list = (request: RecordRequest) => this.schemas.consistently(() => this.list(request))
    const get = (request: VersionRequest) => this.schemas.consistently(() => this.get(request))
    const restore = (request: VersionRequest) => this.safely.run(request, (target) => this.restore(request, target))
    routes.add({ method: 'GET', path: versionsPath, access: 'public', viewable: true, handle: list })
    routes.add({ method: 'GET', path: versionPath, access: 'public', viewable: true, handle: get })
    routes.add({ method: 'POST', path: `${versionPath}/restore`, access: 'public', handle: restore })
  }

  private async list(request: RecordRequest): Promise<Answer> {
    const { principal, params } = request
    const body = await this.versions.list(principal, params.collection, params.id, searchOf(request), request)
    return { status: 200, body }
  }

  private async get(request: VersionRequest): Promise<Answer> {
    const { principal, params } = request
    const { collection, id, version } = params
    const json = await this.versions.get(principal, collection, id, version, searchOf(request))
    return { status: 200, body: `{"data":${json}}` }
  }

  private async restore(request: VersionRequest, target: Target): Promise<Answer> {
    const options = writeOptions(request)
    const written = await this.restores.restore(request.principal, request.params, options, target)
    return writtenAnswer(200, written, options.minimal)
  }
}
