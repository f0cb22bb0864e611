import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { invalidAt } from '../../lib/index.js'
import { bindingsOf, type RowScope, requireScope } from '../../permissions/index.js'
import { parseBody } from '../write/parse-body.js'
import type { Target } from '../write/target.js'
import { givenFields } from '../write/write-body.js'
import { requireWriteScope, type WriteOptions, WriteSteps, type Writing } from '../write/write-steps.js'
import { parseFound } from './parse-found.js'
import { runDeleteFound, runUpdateFound } from './run-bulk.js'

/** Bulk writes answer a count. */
const silent: WriteOptions = { search: '', minimal: true }

/**
 * Writes all records that a filter finds, or none: collection → scopes → parse → plan → run. Found are records the caller may
 * read, by what the caller may read of them: the number of changed ones tells no more than a list would.
 */
@Injectable()
export class BulkWrites {
  constructor(private readonly steps: WriteSteps) {}

  /**
   * Updates them. `search` is a query string with the filter.
   * @returns how many there were
   * @throws forbidden when one would leave the rules, validation_failed, unique_violation, reference_violation
   */
  update(principal: Principal, name: string, search: string, raw: unknown, target: Target): Promise<number> {
    const writing = this.steps.begin(principal, name, silent, target)
    const scope = requireWriteScope(writing, 'update')
    const readable = requireReadable(writing)
    const found = parseFound(search, readable)
    const body = parseBody(raw, scope, readable)
    if (givenFields(body).length === 0) throw invalidAt('invalid_body', '', 'The body names nothing to change')
    return runUpdateFound(target, found, body, this.steps.prepare(writing, scope))
  }

  /**
   * Deletes them.
   * @returns how many there were
   * @throws reference_violation when one is still referred to
   */
  delete(principal: Principal, name: string, search: string, target: Target): Promise<number> {
    const writing = this.steps.begin(principal, name, silent, target)
    const { collection, scopes } = writing
    const scope = requireScope(scopes.delete(collection), principal, 'delete', collection)
    return runDeleteFound(target, parseFound(search, requireReadable(writing)), scope, bindingsOf(principal))
  }
}

/** A filter finds what may be read. @throws unauthenticated, forbidden */
const requireReadable = ({ principal, collection, scopes }: Writing): RowScope =>
  requireScope(scopes.read(collection), principal, 'read', collection)
