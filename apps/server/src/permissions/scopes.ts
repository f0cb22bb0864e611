import type { Action } from '@holdfast/contract'
import type { KeyScope } from '../auth/index.js'
import type { Collection, Schema } from '../collections/index.js'
import { type CompiledRule, compileRules, type RoleSet } from './compile-rules.js'
import { RowScope, WriteScope } from './row-scope.js'

/** What one set of roles may do under one version of the schema. Compiled on first use, then kept. */
export class Scopes {
  private readonly rules = new Map<string, readonly CompiledRule[]>()
  private readonly memory = new Map<string, RowScope | WriteScope | undefined>()

  /**
   * `roles` is undefined for admins, who pass every rule. `inTeam`: collections marked `tenant` show the records of the team
   * the caller has switched to; only admins who have switched to none see those of all teams.
   */
  constructor(
    private readonly schema: Schema,
    readonly roles: RoleSet | undefined,
    /** What a key is limited to: beyond it nothing is open, whatever the roles say, nor by way of another collection. */
    readonly limits?: KeyScope,
    private readonly inTeam = roles !== undefined,
  ) {}

  /** What the same callers may do under another schema. */
  under(schema: Schema): Scopes {
    return new Scopes(schema, this.roles, this.limits, this.inTeam)
  }

  /** The rows the caller may read; undefined when no rule opens any. */
  read(collection: Collection): RowScope | undefined {
    return this.rows('read', collection)
  }

  /** The rows the caller may delete. */
  delete(collection: Collection): RowScope | undefined {
    return this.rows('delete', collection)
  }

  create(collection: Collection): WriteScope | undefined {
    return this.write('create', collection)
  }

  update(collection: Collection): WriteScope | undefined {
    return this.write('update', collection)
  }

  private rows(action: 'read' | 'delete', collection: Collection): RowScope | undefined {
    if (!this.includes(action, collection)) return undefined
    return this.remember(`${action} ${collection.name}`, () =>
      this.roles
        ? RowScope.ofRules(action, collection, this.rulesOf(collection), this.findReadScope)
        : this.adminRows(collection),
    )
  }

  private write(action: 'create' | 'update', collection: Collection): WriteScope | undefined {
    if (!this.includes(action, collection)) return undefined
    return this.remember(`${action} ${collection.name}`, () =>
      this.roles
        ? WriteScope.ofRules(action, collection, this.rulesOf(collection), this.findReadScope)
        : this.adminWrites(action, collection),
    )
  }

  /** Whether it lies within what a key is limited to. */
  includes(action: Action, { id }: Collection): boolean {
    const { collections, actions } = this.limits ?? {}
    return collections?.includes(id) !== false && actions?.includes(action) !== false
  }

  private adminRows(collection: Collection): RowScope {
    const scope = RowScope.everything(collection, 'admins pass every rule', this.findReadScope)
    return this.inTeam ? scope.inTeam() : scope
  }

  private adminWrites(action: 'create' | 'update', collection: Collection): WriteScope {
    const scope = WriteScope.everything(action, collection, 'admins pass every rule', this.findReadScope)
    return this.inTeam ? scope.inTeam() : scope
  }

  private readonly findReadScope = (collection: Collection): RowScope | undefined => this.read(collection)

  /** The rules that speak about these roles, denials last. None for admins, who pass every rule. */
  rulesOf(collection: Collection): readonly CompiledRule[] {
    if (!this.roles) return []
    const known = this.rules.get(collection.name)
    if (known) return known
    // Who is not signed in has switched to no team.
    const closed = collection.definition.tenant !== undefined && !this.roles.has('user')
    const rules = closed ? [] : compileRules(collection, this.schema.collections.get('users')!, this.roles)
    this.rules.set(collection.name, rules)
    return rules
  }

  private remember<T extends RowScope | WriteScope>(key: string, build: () => T | undefined): T | undefined {
    if (!this.memory.has(key)) this.memory.set(key, build())
    return this.memory.get(key) as T | undefined
  }
}
