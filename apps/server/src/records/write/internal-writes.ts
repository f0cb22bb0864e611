import { Injectable } from '@nestjs/common'
import type { UserPrincipal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { bindingsOf, PermissionsService, RowScope, WriteScope } from '../../permissions/index.js'
import type { Executor, Statement } from '../../platform/db/index.js'
import { recordNotFound } from '../record-id.js'
import { parseBody } from './parse-body.js'
import { runCreate, runDelete, runUpdate } from './run-write.js'
import { givenFields, idOf } from './write-body.js'

/** Records that the server writes by itself. They answer nothing. */
@Injectable()
export class InternalWrites {
  constructor(
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
  ) {}

  /**
   * Creates the user who signs up. What they choose beside the e-mail address must be theirs to change by an update, in a
   * record that satisfies the rule for it; `$user.<field>` has no value yet, so that nobody becomes what they claim.
   * @returns the id of the user
   */
  async createUser(
    email: string | undefined,
    profile: Readonly<Record<string, unknown>>,
    tx: Executor,
  ): Promise<string> {
    const collection = this.schemas.get('users')
    const reason = 'sign-up'
    const everything = WriteScope.everything('create', collection, reason)
    const readable = RowScope.everything(collection, reason)
    const body = parseBody({ ...profile, ...(email !== undefined && { email }) }, everything, readable)
    const user = newUser(idOf(body))
    const chosen = givenFields(body).filter(({ name }) => Object.hasOwn(profile, name))
    const scope = (chosen.length > 0 && this.permissions.scopes(user).update(collection)) || everything
    const write = { scope, echo: undefined, echoKey: '', bindings: bindingsOf(user) }
    await runCreate({ run: (statement) => tx.run(statement), cause: user.userId }, body, write, scope.grants(chosen))
    return user.userId
  }

  /**
   * Gives a user who is there already what one who signs up gives: the address past the rules, the profile by them.
   * @throws unique_violation, validation_failed, forbidden
   */
  async completeUser(
    userId: string,
    email: string | undefined,
    profile: Readonly<Record<string, unknown>>,
    tx: Executor,
  ): Promise<void> {
    const collection = this.schemas.get('users')
    const user = newUser(userId)
    const everything = WriteScope.everything('update', collection, 'sign-up')
    const byRules = this.permissions.scopes(user).update(collection)
    if (email !== undefined) await this.update(tx, user, { email }, everything)
    if (Object.keys(profile).length > 0) await this.update(tx, user, profile, byRules ?? everything)
  }

  private async update(tx: Executor, user: UserPrincipal, raw: unknown, scope: WriteScope): Promise<void> {
    const body = parseBody(raw, scope, RowScope.everything(scope.collection, 'sign-up'))
    const write = { scope, echo: undefined, echoKey: '', bindings: bindingsOf(user) }
    const target = { run: (statement: Statement) => tx.run(statement), cause: user.userId }
    const written = await runUpdate(target, user.userId, undefined, body, write)
    if (written === undefined) throw recordNotFound(scope.collection)
  }

  /** Deletes a record past every rule, with what its relations say goes with it. False when it is not there. `reason` says why. */
  async delete(reason: string, name: string, id: string, tx: Executor): Promise<boolean> {
    const scope = RowScope.everything(this.schemas.get(name), reason)
    return runDelete(tx, id, undefined, scope, {})
  }

  /**
   * Creates a record past every rule: the first admin. `reason` says why.
   * @returns the id of the record
   */
  async create(reason: string, name: string, raw: unknown, tx: Executor): Promise<string> {
    const collection = this.schemas.get(name)
    const scope = WriteScope.everything('create', collection, reason)
    const readable = RowScope.everything(collection, reason)
    const body = parseBody(raw, scope, readable)
    await runCreate(tx, body, { scope, echo: undefined, echoKey: '', bindings: {} })
    return idOf(body)
  }
}

/** Somebody of whom nothing is known but the id. */
const newUser = (userId: string): UserPrincipal => ({ kind: 'user', userId, sessionId: '', roles: [], admin: false })
