import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import type { Request, Response } from 'express'
import { readCookie } from '../../auth/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Database } from '../../platform/db/index.js'
import { OneTimeSecrets } from '../one-time/one-time-secrets.js'

/** A sign-in that is under way. */
export type SamlState = {
  readonly provider: string
  /** Of the question; the answer names it. */
  readonly requestId: string
  /** Undefined: a page of this server. */
  readonly redirectTo?: string
  readonly codeChallenge?: string
  /** The user who links the identity, in place of a sign-in. */
  readonly linkTo?: string
}

type StoredState = SamlState & { readonly browserHash: string }

const stateSeconds = 600

/** Sign-ins that are under way, each good for one answer, in the browser that began it. */
@Injectable()
export class SamlStates {
  private readonly secure: boolean

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly db: Database,
    private readonly secrets: OneTimeSecrets,
  ) {
    this.secure = config.publicUrl.startsWith('https:')
  }

  /** The relay state. Several tabs of a browser share its cookie. */
  async begin(state: SamlState, request: Request, response: Response): Promise<string> {
    const browser = readCookie(request, this.cookieName) ?? randomBytes(32).toString('base64url')
    response.appendHeader('Set-Cookie', this.writeCookie(browser))
    const details: StoredState = { ...state, browserHash: hash(browser) }
    return this.secrets.issueToken(this.db, { purpose: 'saml.state', ttlSeconds: stateSeconds, details })
  }

  /** Uses the relay state up. Undefined for one that is not good, any more or for this provider and browser. */
  async finish(relayState: string, provider: string, request: Request): Promise<SamlState | undefined> {
    const used = await this.secrets.useToken<StoredState>(this.db, 'saml.state', relayState)
    const browser = readCookie(request, this.cookieName)
    if (used === undefined || browser === undefined || used.details.provider !== provider) return undefined
    return timingSafeEqual(Buffer.from(hash(browser)), Buffer.from(used.details.browserHash)) ? used.details : undefined
  }

  private get cookieName(): string {
    return this.secure ? '__Secure-holdfast_saml' : 'holdfast_saml'
  }

  /**
   * The answer comes as a form that another site sends: only `SameSite=None` goes with it, and that needs https. Without,
   * provider and server must be of one site, as on one machine.
   */
  private writeCookie(value: string): string {
    const sameSite = this.secure ? 'SameSite=None; Secure' : 'SameSite=Lax'
    return `${this.cookieName}=${value}; Path=/api/v1/auth/saml; Max-Age=${stateSeconds}; HttpOnly; ${sameSite}`
  }
}

const hash = (text: string): string => createHash('sha256').update(text).digest('hex')
