import type { IncomingMessage } from 'node:http'
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { AppError, defineError } from '../lib/index.js'
import { type Access, type DirectRequest, DirectRoutes } from '../platform/http/index.js'
import { AccessTokens } from './access-tokens.js'
import { notSignedIn } from './auth-errors.js'
import { SessionCookies } from './cookies/session-cookies.js'
import { sessionModeOf } from './cookies/session-mode.js'
import { Identities } from './identities.js'
import { isAdmin, isInPerson, type Principal, publicPrincipal, type UserPrincipal } from './principal.js'
import { Principals } from './principals.js'
import { readBearer } from './read-bearer.js'
import { RouteAccess } from './route-access.js'

/** A request the guard has let through. */
export interface GuardedRequest extends Request {
  principal: Principal
}

/** The same on a direct route. */
export interface GuardedDirectRequest extends DirectRequest {
  readonly principal: Principal
}

/**
 * Stands before every route: tells who is asking and whether the route is open to them. In the common case, a token and
 * a session seen before, it neither waits nor asks anyone.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly access = new RouteAccess()

  constructor(
    private readonly tokens: AccessTokens,
    private readonly principals: Principals,
    private readonly identities: Identities,
    private readonly cookies: SessionCookies,
    direct: DirectRoutes,
  ) {
    direct.guardWith((request, access) => this.admit(request, access))
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.access.find(context)
    if (access === undefined) throw new AppError('forbidden', 'This route is not open to anyone')
    const request = context.switchToHttp().getRequest<GuardedRequest>()
    if (request.headers['x-session-mode'] !== undefined && sessionModeOf(request) === 'cookie')
      this.cookies.requireOwnPage(request)
    return this.admit(request, access, access === 'public')
  }

  /** Notes who is asking, when the route is open to them. @throws unauthenticated, token_expired, forbidden, invalid_csrf_token */
  private admit(request: IncomingMessage, access: Access, isWayIn = false): true | Promise<true> {
    const token = readBearer(request)
    if (token === undefined)
      return request.headers.cookie === undefined
        ? admitAs(request, publicPrincipal, access)
        : this.admitByCookie(request, access, isWayIn)
    const principal = this.findCached(token)
    if (principal !== undefined) return admitAs(request, principal, access)
    return this.identities.identify(token).then((found) => admitAs(request, found.principal, access))
  }

  /**
   * A browser sends its cookies along however little they are still worth. That must not keep anyone from the routes that
   * sign in, refresh and sign out: there, a cookie that is not good is as none.
   */
  private async admitByCookie(request: IncomingMessage, access: Access, isWayIn: boolean): Promise<true> {
    const finding = this.identities.ofCookie(request)
    const found = await (isWayIn ? finding.catch(ignoreRefusal) : finding)
    return admitAs(request, found?.principal ?? publicPrincipal, access)
  }

  private findCached(token: string): UserPrincipal | undefined {
    const claims = this.tokens.findVerified(token)
    const principal = claims && this.principals.findCached(claims.sessionId)
    return principal?.userId === claims?.userId ? principal : undefined
  }
}

function ignoreRefusal(error: unknown): undefined {
  if (!(error instanceof AppError) || error.status >= 500) throw error
}

function admitAs(request: IncomingMessage, principal: Principal, access: Access): true {
  if (access !== 'public') requireAccess(principal, access)
  ;(request as GuardedRequest).principal = principal
  return true
}

const forbidden = defineError('forbidden')

function requireAccess(principal: Principal, access: Exclude<Access, 'public'>): void {
  if (principal.kind === 'public') throw notSignedIn()
  if (access === 'admin' || access === 'adminInPerson') {
    if (!isAdmin(principal)) throw forbidden('Only admins may do this')
  } else if (principal.kind === 'key') throw forbidden('This needs a user, and the API key belongs to none')
  if ((access === 'inPerson' || access === 'adminInPerson') && !isInPerson(principal))
    throw forbidden('This is for the user in person: no API key and nobody who acts as the user may do it')
}
