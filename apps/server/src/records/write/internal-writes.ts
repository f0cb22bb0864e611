import { Injectable } from '@nestjs/common'
import type { UserPrincipal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { bindingsOf, PermissionsService, RowScope, WriteScope } from '../../permissions/index.js'
import type { Executor } from '../../platform/db/index.js'
import { parseBody } from './parse-body.js'
import { runCreate } from './run-write.js'
import { givenFields, idOf, withId } from './write-body.js'

/** Records that the server creates by itself. They answer nothing. */
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
    const body = withId(
      parseBody({ ...profile, ...(email !== undefined && { email }) }, everything, readable),
      collection,
    )
    const user = newUser(idOf(body))
    const chosen = givenFields(body).filter(({ name }) => Object.hasOwn(profile, name))
    const scope = (chosen.length > 0 && this.permissions.scopes(user).update(collection)) || everything
    const write = { scope, echo: undefined, echoKey: '', bindings: bindingsOf(user) }
    await runCreate({ run: (statement) => tx.run(statement), cause: user.userId }, body, write, scope.grants(chosen))
    return user.userId
  }

  /**
   * Creates a record past every rule: the first admin. `reason` says why.
   * @returns the id of the record
   */
  async create(reason: string, name: string, raw: unknown, tx: Executor): Promise<string> {
    const collection = this.schemas.get(name)
    const scope = WriteScope.everything('create', collection, reason)
    const readable = RowScope.everything(collection, reason)
    const body = withId(parseBody(raw, scope, readable), collection)
    await runCreate(tx, body, { scope, echo: undefined, echoKey: '', bindings: {} })
    return idOf(body)
  }
}

/** Somebody of whom nothing is known but the id. */
const newUser = (userId: string): UserPrincipal => ({ kind: 'user', userId, sessionId: '', roles: [], admin: false })
