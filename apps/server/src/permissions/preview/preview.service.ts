import type { CollectionDefinition, Json, PermissionPreview, RolePreview } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { compileSchema, SchemaCache, SchemaChanges } from '../../collections/index.js'
import { invalidAt } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { readObject, requireCollection } from '../explain/parse-explain.js'
import { runRuleTests } from '../rule-tests/run-rule-tests.js'
import { Scopes } from '../scopes.js'
import { compareActions } from './compare-actions.js'
import { Deadline } from './count-rows.js'
import { previewRole } from './preview-role.js'

/** Time a preview may take; what is not counted by then is told as unknown. */
const previewMs = 10_000

/** Shows what an edit of rules would change before it is made. Nothing is saved. */
@Injectable()
export class PreviewService {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly changes: SchemaChanges,
  ) {}

  /** @throws invalid_body, invalid_definition, collection_not_found */
  preview(raw: Json): Promise<PermissionPreview> {
    const { collection: name, rules } = readObject(raw, '', ['collection', 'rules'])
    if (typeof name !== 'string')
      throw invalidAt('invalid_value', 'collection', 'collection must be the name of a collection')
    if (!Array.isArray(rules)) throw invalidAt('invalid_value', 'rules', 'rules must be a list of rules')
    return this.schemas.consistently(() => this.previewRules(name, rules))
  }

  private async previewRules(name: string, rules: Json[]): Promise<PermissionPreview> {
    const before = this.schemas.current
    const collection = requireCollection(name, before.collections)
    const proposed = await this.changes.propose((current) => {
      const found = current.find((definition) => definition.name === name) ?? collection.definition
      return { collections: [{ raw: { ...(found as unknown as { [key: string]: Json }), rules }, path: '' }], drop: [] }
    })
    const after = compileSchema(proposed, before.version)
    const changed = after.collections.get(name)!
    const deadline = new Deadline(previewMs)
    const roles: RolePreview[] = []
    for (const role of rolesOf(collection.definition, changed.definition)) {
      const roleSet = new Set(['public', ...(role === 'public' ? [] : ['user', role])])
      const compared = compareActions(
        { scopes: new Scopes(before, roleSet), collection },
        { scopes: new Scopes(after, roleSet), collection: changed },
      )
      const users = before.collections.get('users')!
      roles.push(await previewRole({ role, roleSet, compared, collection, users, db: this.db, deadline }))
    }
    return { roles, tests: runRuleTests(proposed, name) }
  }
}

const rolesOf = (...definitions: readonly CollectionDefinition[]): ReadonlySet<string> =>
  new Set(['public', 'user', ...definitions.flatMap(({ rules = [] }) => rules.map(({ role }) => role))])
