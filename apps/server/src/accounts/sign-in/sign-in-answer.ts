import { applyDecorators, Header, Injectable } from '@nestjs/common'
import { ApiHeader, ApiResponse } from '@nestjs/swagger'
import type { Request } from 'express'
import { AccessTokens, type OpenSession, SessionCookies, sessionModeOf, type UserPrincipal } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { Database } from '../../platform/db/index.js'
import { RecordsService } from '../../records/index.js'
import { TokenHook } from '../hooks/token-hook.js'

const user = { type: 'object', additionalProperties: true, description: 'The user, as the user may read it' }

const tokenPair = {
  type: 'object',
  required: ['accessToken', 'refreshToken', 'expiresIn', 'user'],
  properties: {
    accessToken: { type: 'string', description: 'EdDSA JWT for the Authorization header' },
    refreshToken: { type: 'string', description: 'For one refresh' },
    expiresIn: { type: 'integer', description: 'Seconds the access token lives' },
    user,
  },
}

const cookieSession = {
  type: 'object',
  required: ['expiresIn', 'user', 'csrfToken'],
  description: 'With the header `X-Session-Mode: cookie`: the tokens are in cookies',
  properties: {
    expiresIn: { type: 'integer', description: 'Seconds until a refresh is due' },
    user,
    csrfToken: { type: 'string', description: 'For the header X-CSRF-Token of everything but GET and HEAD' },
  },
}

const challenge = {
  type: 'object',
  required: ['mfaToken', 'factors'],
  description: 'Where a second factor is asked for: nobody is signed in yet',
  properties: {
    mfaToken: { type: 'string', description: 'For POST /auth/mfa/verify and the like, within ten minutes' },
    factors: {
      type: 'array',
      items: { type: 'string', enum: ['totp', 'passkey', 'recovery'] },
      description: 'What can be proven. Empty: a factor has to be set up now',
    },
  },
}

const envelope = (data: object, more: object) => ({ type: 'object', required: ['data'], properties: { data, ...more } })

const JsonText = (status: 200 | 201, description: string, data: object, more: object = {}) =>
  applyDecorators(
    Header('Content-Type', 'application/json; charset=utf-8'),
    Header('Cache-Control', 'no-store'),
    ApiResponse({ status, description, schema: envelope(data, more) }),
  )

/** The handler answers with tokens, as JSON text. */
export const AnswersTokens = (status: 200 | 201 = 200) =>
  applyDecorators(
    ApiHeader({ name: 'X-Session-Mode', required: false, schema: { type: 'string', enum: ['bearer', 'cookie'] } }),
    JsonText(status, 'Tokens of a session', { anyOf: [tokenPair, cookieSession, challenge] }),
  )

/** The handler answers with the caller's own record, as JSON text. */
export const AnswersUser = () =>
  JsonText(200, 'The user; where an admin has acted as the user lately, `meta.impersonation` says so', user, {
    meta: {
      type: 'object',
      properties: {
        impersonation: {
          type: 'object',
          required: ['by', 'reason', 'current', 'at'],
          properties: {
            by: { type: ['string', 'null'], description: 'E-mail address of the admin' },
            reason: { type: 'string' },
            current: { type: 'boolean', description: 'This is the session by which the admin acts' },
            at: { type: 'string', format: 'date-time' },
          },
        },
      },
    },
  })

/** Writes the answers of sign-up, sign-in and refresh: tokens, and the user as the user may read it. */
@Injectable()
export class SignInAnswer {
  constructor(
    private readonly tokens: AccessTokens,
    private readonly records: RecordsService,
    private readonly db: Database,
    private readonly cookies: SessionCookies,
    private readonly hook: TokenHook,
  ) {}

  /**
   * In cookies or, unless the request wants those, in the answer.
   * @throws unavailable where the hook for claims must be asked and does not answer
   */
  async ofSession(session: OpenSession, request: Request): Promise<string> {
    const { principal, refreshToken } = session
    const [accessToken, record] = await Promise.all([this.sign(session), this.readUser(principal)])
    const { ttlSeconds } = this.tokens
    if (sessionModeOf(request) === 'cookie') {
      const { sessionId } = principal
      await this.cookies.write(request.res!, { sessionId, accessToken, refreshToken })
      const csrfToken = await this.cookies.csrfToken(sessionId)
      return `{"data":{"expiresIn":${ttlSeconds},"csrfToken":"${csrfToken}","user":${record}}}`
    }
    return `{"data":{"accessToken":"${accessToken}","refreshToken":"${refreshToken}","expiresIn":${ttlSeconds},"user":${record}}}`
  }

  /** The token of a sign-in that needs a second factor, and the factors there are. */
  async ofPending({
    mfaToken,
    userId,
    enrolled,
  }: {
    mfaToken: string
    userId: string
    enrolled: boolean
  }): Promise<string> {
    const { rows } = await this.db.run({ text: listFactors, values: [userId] })
    const factors = enrolled ? (rows as [string][]).map(([kind]) => kind) : []
    return JSON.stringify({ data: { mfaToken, factors } })
  }

  private async sign({ principal, claims }: OpenSession): Promise<string> {
    return this.tokens.sign(principal, claims ?? (await this.hook.claimsFor(principal)))
  }

  /** With the latest time an admin acted as the user, where that was within the last weeks. */
  async ofUser(principal: UserPrincipal): Promise<string> {
    const { userId, sessionId } = principal
    const [record, { rows }] = await Promise.all([
      this.readUser(principal),
      this.db.run({ text: findImpersonation, values: [userId, sessionId] }),
    ])
    const [row] = rows as [string][]
    return `{"data":${record}${row ? `,"meta":{"impersonation":${row[0]}}` : ''}}`
  }

  /** JSON text. Where the rules let users read nothing of themselves, what the token says anyway. */
  private async readUser(principal: UserPrincipal): Promise<string> {
    try {
      // Not over the connections of records: slow queries must not keep anyone from signing in.
      return (await this.records.get(principal, 'users', principal.userId, '', this.db)).json
    } catch (error) {
      if (error instanceof AppError && (error.status === 403 || error.status === 404))
        return `{"id":"${principal.userId}"}`
      throw error
    }
  }
}

/** Of a session by which an admin acts, this one; of any other, the latest. */
const findImpersonation = `
  select json_build_object('by', admin_email, 'reason', reason, 'current', session_id = $2,
    'at', to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))::text
  from holdfast.impersonations where user_id = $1 and started_at > now() - interval '30 days'
  order by session_id = $2 desc, started_at desc limit 1`

/** Passkeys may be used where a second factor is asked for, and are not asked for by themselves. */
const listFactors = `
  select kind from (
    select distinct kind, 1 as place from holdfast.factors where user_id = $1 and confirmed_at is not null
    union all select 'recovery', 2 where exists (select from holdfast.recovery_codes where user_id = $1)) factors
  order by place, kind desc`
