import type { ChangeTail, LoggedChange } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { type Change, ChangeLog, type RecordImage } from '../changes/index.js'
import { type Collection, SchemaCache } from '../collections/index.js'
import { invalidAt } from '../lib/index.js'

/** Changes of one answer: an admin looks at them. */
const pageSize = 200

export interface TailQuery {
  /** Undefined: from now on. */
  readonly cursor?: string
  readonly collection?: string
}

/** @throws invalid_query */
export function parseTailQuery(raw: Record<string, unknown>): TailQuery {
  for (const [name, value] of Object.entries(raw)) {
    if (name !== 'cursor' && name !== 'collection')
      throw invalidAt('invalid_query', name.slice(0, 60), 'There are cursor, collection.')
    if (typeof value !== 'string') throw invalidAt('invalid_query', name, `${name} is given more than once`)
  }
  return raw as TailQuery
}

/** What was just changed, for admins who watch: the log itself, not what rules let others see of it. */
@Injectable()
export class TailedChanges {
  constructor(
    private readonly log: ChangeLog,
    private readonly schemas: SchemaCache,
  ) {}

  /** @throws invalid_cursor, collection_not_found */
  async read({ cursor, collection }: TailQuery): Promise<ChangeTail> {
    const collectionIds = collection === undefined ? undefined : [this.schemas.get(collection).id]
    if (cursor === undefined) {
      const end = await this.log.end()
      return { changes: [], cursor: this.log.seal(end), more: false, broken: false }
    }
    const options = { limit: pageSize, ...(collectionIds && { collectionIds }) }
    const { changes, next, end, broken } = await this.log.read(this.log.open(cursor), options)
    const byId = new Map([...this.schemas.current.collections.values()].map((known) => [known.id, known]))
    const told = changes.flatMap((change) => {
      const known = byId.get(change.collectionId)
      return known ? [toLogged(change, known)] : []
    })
    return { changes: told, cursor: this.log.seal(next), more: !end, broken }
  }
}

const toLogged = (change: Change, { name, fields }: Collection): LoggedChange => {
  const { position, recordId, action, userId, requestId, at, before, after } = change
  const known = (image: RecordImage | null): LoggedChange['after'] =>
    image && Object.fromEntries(Object.entries(image).filter(([field]) => fields.has(field)))
  const images = { before: known(before), after: known(after) }
  return { position, collection: name, record: recordId, action, user: userId, requestId, at, ...images }
}
