import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import { bindingsOf, PermissionsService, requireScope } from '../../permissions/index.js'
import { Database } from '../../platform/db/index.js'
import { parseBody } from '../write/parse-body.js'
import type { Target } from '../write/target.js'
import { givenFields } from '../write/write-body.js'
import { parseFound } from './parse-found.js'
import { runDeleteFound, runUpdateFound } from './run-bulk.js'

/**
 * Writes all records that a filter finds, or none: collection → scopes → parse → plan → run. Found are records the caller may
 * read, by what the caller may read of them: the number of changed ones tells no more than a list would.
 */
@Injectable()
export class BulkWrites {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
  ) {}

  /**
   * Updates them. `search` is a query string with the filter.
   * @returns how many there were
   * @throws forbidden when one would leave the rules, validation_failed, unique_violation, reference_violation
   */
  update(principal: Principal, name: string, search: string, raw: unknown, target: Target = this.db): Promise<number> {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const scope = requireScope(scopes.update(collection), principal, 'update', collection)
    const readable = requireScope(scopes.read(collection), principal, 'read', collection)
    const found = parseFound(search, readable)
    const body = parseBody(raw, scope, readable)
    if (givenFields(body).length === 0) throw invalidAt('invalid_body', '', 'The body names nothing to change')
    const write = { scope, echo: undefined, echoKey: 'minimal', bindings: bindingsOf(principal) }
    return runUpdateFound(target, found, body, write)
  }

  /**
   * Deletes them.
   * @returns how many there were
   * @throws reference_violation when one is still referred to
   */
  delete(principal: Principal, name: string, search: string, target: Target = this.db): Promise<number> {
    const collection = this.schemas.get(name)
    const scopes = this.permissions.scopes(principal)
    const scope = requireScope(scopes.delete(collection), principal, 'delete', collection)
    const readable = requireScope(scopes.read(collection), principal, 'read', collection)
    return runDeleteFound(target, parseFound(search, readable), scope, bindingsOf(principal))
  }
}
