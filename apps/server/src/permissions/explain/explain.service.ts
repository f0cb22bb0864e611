import type { Explanation, Json } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { ApiKeys } from '../../auth/index.js'
import { type Collection, SchemaCache } from '../../collections/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import { PermissionsService } from '../permissions.service.js'
import type { Case } from './case.js'
import { parseDraft } from './draft.js'
import { explained, explainRow } from './explain-rows.js'
import { explainWrite } from './explain-write.js'
import { findCaller } from './find-caller.js'
import { type ExplainBody, parseExplain, requireCollection } from './parse-explain.js'

/**
 * Says why somebody may or may not do something with a record: the conditions of requests, asked one by one. Nothing is
 * written; the transaction could not.
 */
@Injectable()
export class ExplainService {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly keys: ApiKeys,
  ) {}

  /** @throws invalid_body, invalid_value, unknown_field, validation_failed, collection_not_found */
  explain(raw: Json): Promise<Explanation> {
    const body = parseExplain(raw)
    return this.schemas.consistently(() =>
      this.db.transaction((executor) => this.explainIn(executor, body), { isolation: 'REPEATABLE READ' }),
    )
  }

  private async explainIn(executor: Executor, body: ExplainBody): Promise<Explanation> {
    await executor.run({ text: 'set transaction read only', values: [] })
    await executor.run({ text: `set local statement_timeout = '10s'`, values: [] })
    const schema = this.schemas.current
    const { action, id, data } = body
    const collection = requireCollection(body.collection, schema.collections)
    const caller = await findCaller(body.as, schema, executor, this.keys)
    const scopes = this.permissions.scopes(caller.principal)
    const draft = data && parseDraft(data, collection, id)
    const subject = { schema, collection, caller, scopes, id, draft, executor }
    if (id !== undefined && !(await isThere(executor, collection, id)))
      return explained(false, `${collection.name} has no record with the id ${id}`, {})
    if (!scopes.includes(action, collection))
      return explained(false, `${caller.label} is limited, and not to ${action} records of ${collection.name}`, {})
    return action === 'read' || action === 'delete'
      ? explainRow({ ...subject, action } satisfies Case, action)
      : explainWrite({ ...subject, action })
  }
}

async function isThere(executor: Executor, { table }: Collection, id: string): Promise<boolean> {
  const { rows } = await executor.run({ text: `select 1 from ${table} where "id" = $1`, values: [id] })
  return rows.length > 0
}
