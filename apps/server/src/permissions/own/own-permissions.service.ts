import type { CollectionPermissions } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { Database } from '../../platform/db/index.js'
import { PermissionsService } from '../permissions.service.js'
import { findCallerValues } from './caller-values.js'
import { type OpenAction, openActions, ownPermissions } from './own-permissions.js'

/** Tells callers what they may do. Collections that are closed to them are not there. */
@Injectable()
export class OwnPermissionsService {
  constructor(
    private readonly db: Database,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
  ) {}

  find(principal: Principal): Promise<{ [collection: string]: CollectionPermissions }> {
    return this.schemas.consistently(async () => {
      const { collections } = this.schemas.current
      const scopes = this.permissions.scopes(principal)
      const open = [...collections.values()].map(
        (collection) => [collection.name, openActions(scopes, collection)] as const,
      )
      const conditions = open.flatMap(([, actions]) => Object.values(actions).flatMap(conditionsOf))
      const users = scopes.read(collections.get('users')!)
      const values = await findCallerValues(conditions, principal, users, this.db)
      return Object.fromEntries(
        open.flatMap(([name, actions]) => {
          const permissions = ownPermissions(actions, values)
          return permissions ? [[name, permissions] as const] : []
        }),
      )
    })
  }
}

const conditionsOf = (action: OpenAction | undefined) => (action ? [action.rows, ...action.fields.values()] : [])
