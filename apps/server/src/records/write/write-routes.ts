import { Injectable } from '@nestjs/common'
import { type Answer, DirectRoutes } from '../../platform/http/index.js'
import { SafeWrites } from '../idempotency/safe-writes.js'
import { writtenAnswer, writtenListAnswer } from '../record-answer.js'
import { keyOptions, listPath, type RecordRequest, recordPath, refuseSearch, writeOptions } from '../record-request.js'
import { Upserts } from '../upsert/upserts.js'
import { placesOf } from './raw-record.js'
import { RecordWrites } from './record-writes.js'
import type { Target } from './target.js'

/** Writes records of every collection. Open to everyone: the rules of the collection decide, row by row and field by field. */
@Injectable()
export class WriteRoutes {
  constructor(
    private readonly writes: RecordWrites,
    private readonly upserts: Upserts,
    private readonly safely: SafeWrites,
    routes: DirectRoutes,
  ) {
    const access = 'public'
    routes.add({ method: 'POST', path: listPath, access, handle: this.handle(this.create) })
    routes.add({ method: 'PUT', path: listPath, access, handle: this.handle(this.upsertByKey) })
    routes.add({ method: 'PATCH', path: recordPath, access, handle: this.handle(this.update) })
    routes.add({ method: 'PUT', path: recordPath, access, handle: this.handle(this.upsertById) })
    routes.add({ method: 'DELETE', path: recordPath, access, handle: this.handle(this.delete) })
  }

  /** A route that writes: all it does, it does in the target it is given. Such a route takes an Idempotency-Key. */
  private handle(
    route: (request: RecordRequest, target: Target) => Promise<Answer>,
  ): (request: RecordRequest) => Promise<Answer> {
    const work = route.bind(this)
    return (request) => this.safely.run(request, (target) => work(request, target))
  }

  private async create(request: RecordRequest, target: Target): Promise<Answer> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    if (Array.isArray(body)) {
      const list = await this.writes.createMany(principal, params.collection, body, options, target)
      return writtenListAnswer(201, list, options.minimal)
    }
    const written = await this.writes.create(principal, params.collection, body, options, target)
    return writtenAnswer(201, written, options.minimal)
  }

  private async update(request: RecordRequest, target: Target): Promise<Answer> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    const written = await this.writes.update(principal, params.collection, params.id, body, options, target)
    return writtenAnswer(200, written, options.minimal)
  }

  private async upsertById(request: RecordRequest, target: Target): Promise<Answer> {
    const options = writeOptions(request)
    const { principal, params, body } = request
    const upserted = await this.upserts.byId(principal, params.collection, params.id, body, options, target)
    return writtenAnswer(upserted.created ? 201 : 200, upserted.written, options.minimal)
  }

  private async upsertByKey(request: RecordRequest, target: Target): Promise<Answer> {
    const { by, options } = keyOptions(request)
    const { principal, params, body } = request
    const isList = Array.isArray(body)
    const parts = isList ? placesOf(body) : [{ raw: body, at: '' }]
    const upserted = await this.upserts.byKey(principal, params.collection, by, parts, options, target)
    if (!isList) return writtenAnswer(upserted[0]!.created ? 201 : 200, upserted[0]!.written, options.minimal)
    const written = upserted.map((each) => each.written)
    return writtenListAnswer(200, written, options.minimal)
  }

  private async delete(request: RecordRequest, target: Target): Promise<Answer> {
    refuseSearch(request)
    const { principal, params } = request
    await this.writes.delete(principal, params.collection, params.id, writeOptions(request), target)
    return { status: 204 }
  }
}
