import { defineError, Sealer } from '../../lib/index.js'
import type { CursorValue, Position } from '../read/selection.js'

const invalidCursor = defineError('invalid_cursor')

/** Cursors are opaque, and bound to who asks and to what: `binding` says both, and a cursor is of no use with another. */
export class CursorCodec {
  private readonly sealer: Sealer

  constructor(secret: Buffer) {
    this.sealer = new Sealer(secret)
  }

  encode({ direction, inclusive, values }: Position, binding: string): string {
    const body = JSON.stringify([direction === 'after' ? 0 : 1, inclusive ? 1 : 0, ...values])
    return this.sealer.seal(body, binding)
  }

  /** @throws invalid_cursor for one that is damaged, or was given to another caller or for another query */
  decode(cursor: string, binding: string): Position {
    const body = this.sealer.open(cursor, binding)
    if (body === undefined) throw foreign()
    const [direction, inclusive, ...values] = JSON.parse(body) as [0 | 1, 0 | 1, ...CursorValue[]]
    return { direction: direction === 0 ? 'after' : 'before', inclusive: inclusive === 1, values }
  }
}

const foreign = () =>
  invalidCursor('The cursor does not belong to this query', {
    hint: 'Pass meta.nextCursor or meta.previousCursor of another page of the same query: same caller, filter, search and sort.',
  })
