import type { Action } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { isInTeam, type Principal, passesRules, rightsKeyOf, scopeOf } from '../auth/index.js'
import { type Collection, type Field, SchemaCache } from '../collections/index.js'
import { defineError } from '../lib/index.js'
import { bindingsOf } from './bindings.js'
import { type RowScope, WriteScope } from './row-scope.js'
import { Scopes } from './scopes.js'

const unauthenticated = defineError('unauthenticated')
const forbidden = defineError('forbidden')

/** Sets of roles that are kept compiled. */
const maxRoleSets = 1000

/** Turns who is asking into what they may do. Holds the compiled rules of each set of roles until the schema changes. */
@Injectable()
export class PermissionsService {
  private byRoles = new Map<string, Scopes>()

  constructor(private readonly schemas: SchemaCache) {
    schemas.onChange(() => {
      this.byRoles = new Map()
    })
  }

  /** What the principal may do under the current schema. No I/O. */
  scopes(principal: Principal): Scopes {
    const key = rightsKeyOf(principal)
    const known = this.byRoles.get(key)
    if (known) return known
    if (this.byRoles.size >= maxRoleSets) this.byRoles.clear()
    const scopes = new Scopes(this.schemas.current, rolesOf(principal), scopeOf(principal), isInTeam(principal))
    this.byRoles.set(key, scopes)
    return scopes
  }

  /** The fields of a collection that the principal may be told of: those they may read or write in some row. */
  knownFields(principal: Principal, collection: Collection): ReadonlyMap<string, Field> {
    const scopes = this.scopes(principal)
    const [read, create, update] = [scopes.read(collection), scopes.create(collection), scopes.update(collection)]
    const isKnown = (field: Field): boolean =>
      read?.readable(field.name) !== undefined || create?.canWrite(field) === true || update?.canWrite(field) === true
    return new Map([...collection.fields].filter(([, field]) => isKnown(field)))
  }

  /** Fields of a collection that these roles may write in some row. */
  writableFields(roles: readonly string[], action: 'create' | 'update', collection: string): ReadonlySet<string> {
    const target = this.schemas.get(collection)
    const scope = new Scopes(this.schemas.current, new Set(['public', ...roles]))[action](target)
    const fields = [...target.fields.values()].filter((field) => scope?.canWrite(field))
    return new Set(fields.map((field) => field.name))
  }
}

const rolesOf = (principal: Principal): ReadonlySet<string> | undefined =>
  passesRules(principal) ? undefined : new Set(bindingsOf(principal).roles)

/** The scope, or the answer that the role may never do this. @throws unauthenticated, forbidden */
export function requireScope<T extends RowScope | WriteScope>(
  scope: T | undefined,
  principal: Principal,
  action: Action,
  collection: Collection,
): T {
  if (scope) {
    if (scope instanceof WriteScope) requireTeam(scope, principal)
    return scope
  }
  if (principal.kind === 'public')
    throw unauthenticated(`Sign in to ${action} records of ${collection.name}`, {
      headers: { 'WWW-Authenticate': 'Bearer' },
    })
  throw forbidden(`Your roles do not allow you to ${action} records of ${collection.name}`, {
    hint: `An admin can give the right by a rule of the collection ${collection.name}.`,
  })
}

/** Rules would refuse it all the same, once PostgreSQL has missed the team; this says what to do. */
function requireTeam(scope: WriteScope, principal: Principal): void {
  const inTeam = principal.kind === 'user' && principal.team !== undefined
  if (inTeam || scope.action === 'update' || !scope.ofTeam) return
  throw forbidden(`Records of ${scope.collection.name} are made in a team`, {
    hint: 'Switch to one of your teams: POST /api/v1/auth/team.',
  })
}
