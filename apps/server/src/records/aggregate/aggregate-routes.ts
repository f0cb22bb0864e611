import { Injectable } from '@nestjs/common'
import type { GuardedDirectRequest } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { collectionPath, refuseSearch } from '../record-request.js'
import { AggregatesService } from './aggregates.service.js'

type AggregateRequest = GuardedDirectRequest & { readonly params: { readonly collection: string } }

/** `POST /collections/{collection}/aggregate`. Open to everyone: the rules of the collection decide. */
@Injectable()
export class AggregateRoutes {
  constructor(
    private readonly aggregates: AggregatesService,
    schemas: SchemaCache,
    routes: DirectRoutes,
  ) {
    routes.add<AggregateRequest>({
      method: 'POST',
      path: `${collectionPath}/aggregate`,
      access: 'public',
      viewable: true,
      handle: (request) => schemas.consistently(() => this.aggregate(request)),
    })
  }

  private async aggregate(request: AggregateRequest): Promise<Answer> {
    refuseSearch(request)
    const { principal, params, body } = request
    return { status: 200, body: await this.aggregates.aggregate(principal, params.collection, body, request) }
  }
}
