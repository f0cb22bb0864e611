import { Injectable } from '@nestjs/common'
import { SchemaCache } from '../../collections/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { collectionPath, type RecordRequest, refuseSearch, searchOf } from '../record-request.js'
import { Exports } from './exports.js'
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
    const { stream, contentType, filename } = await this.schemas.consistently(() =>
      this.exports.start(principal, params.collection, parse, request),
    )
    // The name of a collection passes a pattern, so it needs no escapes.
    return {
      status: 200,
      stream,
      contentType,
      headers: { 'content-disposition': `attachment; filename="${filename}"` },
    }
  }
}
