import { Injectable } from '@nestjs/common'
import { SchemaCache } from '../../collections/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { collectionPath, type RecordRequest, refuseSearch, searchOf } from '../record-request.js'
import { type ExportHead, Exports } from './exports.js'
import { parseExportBody, parseExportSearch, type RawExport } from './parse-export.js'

/** `…/collections/{name}/export`: every record the caller may read, as a file of any size. */
@Injectable()
export class ExportRoutes {
  constructor(
    private readonly exports: Exports,
    private readonly schemas: SchemaCache,
    routes: DirectRoutes,
  ) {
    const path = `${collectionPath}/export`
    const access = 'public'
    routes.add({
      method: 'GET',
      path,
      access,
      handle: (request: RecordRequest) => this.export(request, () => parseExportSearch(searchOf(request))),
    })
    routes.add({
      method: 'POST',
      path,
      access,
      handle: (request: RecordRequest) => {
        refuseSearch(request)
        return this.export(request, () => parseExportBody(request.body))
      },
    })
  }

  private async export(request: RecordRequest, parse: () => RawExport): Promise<Answer> {
    const { principal, params } = request
    const asked = [principal, params.collection, parse, request] as const
    if (request.method === 'HEAD') {
      const head = await this.schemas.consistently(() => this.exports.describe(...asked))
      return { status: 200, headers: { 'content-type': head.contentType, ...asFile(head) } }
    }
    const exported = await this.schemas.consistently(() => this.exports.start(...asked))
    const { stream, contentType } = exported
    return { status: 200, stream, contentType, headers: asFile(exported) }
  }
}

// The name of a collection passes a pattern, so it needs no escapes.
const asFile = ({ filename }: ExportHead) => ({ 'content-disposition': `attachment; filename="${filename}"` })
