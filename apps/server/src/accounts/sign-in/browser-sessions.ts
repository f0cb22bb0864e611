import { Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { notSignedIn, type OpenSession, SessionCookies, SessionRefresh } from '../../auth/index.js'
import { AppError } from '../../lib/index.js'

/** Sessions in cookies whose access token may have expired: what goes on with them, and what ends them. */
@Injectable()
export class BrowserSessions {
  constructor(
    private readonly cookies: SessionCookies,
    private readonly refreshes: SessionRefresh,
  ) {}

  /** @throws validation_failed where there is no such cookie, invalid_refresh_token, forbidden, invalid_csrf_token */
  async refresh(request: Request): Promise<OpenSession> {
    const refreshToken = this.cookies.readRefreshToken(request)
    const sessionId = await this.cookies.readSessionId(request)
    if (refreshToken === undefined || sessionId === undefined) throw noToken()
    await this.cookies.requireIntent(request, sessionId)
    request.signedInByCookie = true
    return this.refreshes.refresh(refreshToken, sessionId)
  }

  /** Ends the session and takes the cookies away; false where there are none. @throws forbidden, invalid_csrf_token */
  async end(request: Request): Promise<boolean> {
    const sessionId = await this.cookies.readSessionId(request)
    if (sessionId === undefined || request.headers.authorization !== undefined) return false
    await this.cookies.requireIntent(request, sessionId)
    const refreshToken = this.cookies.readRefreshToken(request)
    if (refreshToken !== undefined) await this.refreshes.end(refreshToken, sessionId)
    this.cookies.clear(request.res!)
    return true
  }

  /** What a page needs to change anything. @throws unauthenticated */
  async csrfToken(request: Request): Promise<string> {
    const sessionId = await this.cookies.readSessionId(request)
    if (sessionId === undefined) throw notSignedIn()
    return this.cookies.csrfToken(sessionId)
  }
}

const noToken = (): AppError => {
  const message = 'refreshToken is required, in the body or in a cookie'
  return new AppError('validation_failed', message, { errors: [{ path: 'refreshToken', code: 'required', message }] })
}
