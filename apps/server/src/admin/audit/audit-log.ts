import type { IncomingMessage } from 'node:http'
import { Inject, Injectable } from '@nestjs/common'
import { SignIns } from '../../accounts/index.js'
import { isAdmin } from '../../auth/index.js'
import { Jobs } from '../../jobs/index.js'
import type { IpNetwork } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database } from '../../platform/db/index.js'
import { clientAddress, listTrusted } from '../../platform/http/index.js'
import { Log } from '../../platform/log/index.js'
import { type Settings, SettingsStore } from '../../platform/settings/index.js'
import { type AuditLine, placeOf, whoOf } from './audit-line.js'

/** Writes what admins did. Lines are written once: the database refuses to change them. */
@Injectable()
export class AuditLog {
  private readonly settings: Settings<{ retentionDays: number }>
  private readonly proxies: readonly IpNetwork[]

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly db: Database,
    private readonly log: Log,
    store: SettingsStore,
    jobs: Jobs,
    signIns: SignIns,
  ) {
    this.proxies = listTrusted(config.trustedProxies)
    this.settings = store.define({
      name: 'observe.audit',
      description: 'The log of what admins did: how long it is kept',
      schema: {
        type: 'object',
        additionalProperties: false,
        properties: { retentionDays: { type: 'integer', minimum: 30, maximum: 3650 } },
      },
      defaults: { retentionDays: 365 },
    })
    jobs.define('audit.dropOld', { schedule: '47 3 * * *' }, () => this.dropOld())
    signIns.onOpen = ({ principal }, request) => {
      if (isAdmin(principal))
        this.append({ ...signIn(request), ...whoOf(principal), status: 200, errorCode: null }, request)
    }
  }

  /** Appends a line, and is done once it is there. */
  async write(line: Omit<AuditLine, 'address'>, request: IncomingMessage): Promise<void> {
    const {
      action,
      actorId,
      keyId,
      actingAsId,
      method,
      route,
      target,
      paths,
      userAgent,
      requestId,
      status,
      errorCode,
    } = line
    const address = this.addressOf(request)
    await this.db.run({
      text: insert,
      values: [
        ...[action, actorId, keyId, actingAsId, method, route, target, paths],
        ...[address, userAgent, requestId, status, errorCode],
      ],
    })
  }

  /**
   * Somebody was not let in. A line only where the address is that of an admin; nobody waits for it, so that how long the
   * answer takes tells nothing of whose address it is.
   */
  refusedSignIn(email: unknown, request: IncomingMessage, status: number, errorCode: string): void {
    if (typeof email !== 'string' || email.length > 320) return
    const { method, route, userAgent, requestId } = signIn(request)
    const values = [email.trim(), method, route, this.addressOf(request), userAgent, requestId, status, errorCode]
    this.db.run({ text: insertRefused, values }).catch((error: unknown) => this.complain(error))
  }

  private append(line: Omit<AuditLine, 'address'>, request: IncomingMessage): void {
    this.write(line, request).catch((error: unknown) => this.complain(error))
  }

  private complain(error: unknown): void {
    this.log.error({ err: error }, 'a line of the audit log could not be written')
  }

  private addressOf({ socket, headers }: IncomingMessage): string {
    return clientAddress({ socket, headers: { 'x-forwarded-for': headers['x-forwarded-for'] } }, this.proxies)
  }

  private async dropOld(): Promise<void> {
    const { retentionDays } = await this.settings.get()
    await this.db.transaction(async (tx) => {
      await tx.run({ text: `select set_config('holdfast.trims_audit', 'on', true)`, values: [] })
      await tx.run({
        text: `delete from holdfast.audit where at < now() - $1 * interval '1 day'`,
        values: [retentionDays],
      })
    })
  }
}

const signIn = (request: IncomingMessage) => ({
  ...placeOf(request, undefined),
  action: 'auth.signIn',
  target: null,
  paths: [],
})

const insert = `
  insert into holdfast.audit (action, actor_id, actor_email, key_id, acting_as_id, method, route, target, paths, address,
    user_agent, request_id, status, error_code)
  values ($1, $2::uuid, (select email from public.users where id = $2::uuid), $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`

const insertRefused = `
  insert into holdfast.audit (action, actor_id, actor_email, method, route, paths, address, user_agent, request_id, status, error_code)
  select 'auth.signIn', u.id, u.email, $2, $3, '{}', $4, $5, $6, $7, $8
  from public.users u join holdfast.user_roles r on r.user_id = u.id and r.role = 'admin' where lower(u.email) = lower($1)`
