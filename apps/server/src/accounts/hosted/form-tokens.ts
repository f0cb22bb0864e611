import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { readCookie, SessionCookies, writeCookie } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'
import { CONFIG, type Config } from '../../platform/config/index.js'
import { Secrets } from '../../platform/secrets/index.js'

const idPattern = /^[\w-]{43}$/
const maxAgeSeconds = 12 * 60 * 60

/**
 * Tells forms that came from a page of ours in this browser. The page holds what only we can make of a cookie of the browser
 * and of its session: a page elsewhere knows neither, and a token from before a sign-in is none after it.
 */
@Injectable()
export class FormTokens {
  private readonly secure: boolean
  private readonly name: string

  constructor(
    @Inject(CONFIG) config: Config,
    private readonly secrets: Secrets,
    private readonly cookies: SessionCookies,
  ) {
    this.secure = config.publicUrl.startsWith('https:')
    this.name = this.secure ? '__Host-holdfast_form' : 'holdfast_form'
  }

  /** For a hidden field. Gives the browser a cookie where it has none. */
  async issue(request: Request): Promise<string> {
    const known = this.read(request)
    const browserId = known ?? randomBytes(32).toString('base64url')
    if (known === undefined)
      request.res!.appendHeader(
        'Set-Cookie',
        writeCookie(this.name, browserId, { path: '/', secure: this.secure, maxAgeSeconds }),
      )
    return this.sign(browserId, await this.cookies.readSessionId(request))
  }

  /** @throws invalid_csrf_token */
  async require(request: Request, given: unknown): Promise<void> {
    const browserId = this.read(request)
    const expected = browserId && (await this.sign(browserId, await this.cookies.readSessionId(request)))
    if (!isFromElsewhere(request) && expected && typeof given === 'string' && isEqual(given, expected)) return
    throw new AppError('invalid_csrf_token', 'This form was not made for this browser', { hint: 'Open the page again' })
  }

  private read(request: Request): string | undefined {
    const value = readCookie(request, this.name)
    return value !== undefined && idPattern.test(value) ? value : undefined
  }

  private async sign(browserId: string, sessionId = ''): Promise<string> {
    return (await this.secrets.digest(`${browserId} ${sessionId}`, 'form')).toString('base64url')
  }
}

/** Our pages tell nobody where they are, so browsers send the origin `null` from them; but say whose page it was. */
const isFromElsewhere = ({ headers }: Request): boolean =>
  headers['sec-fetch-site'] !== undefined && headers['sec-fetch-site'] !== 'same-origin'

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)]
  return one.length === other.length && timingSafeEqual(one, other)
}
