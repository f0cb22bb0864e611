import type { IncomingMessage } from 'node:http'
import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common'
import type { Request } from 'express'
import { AppError, defineError } from '../lib/index.js'
import { type Access, type DirectRequest, DirectRoutes } from '../platform/http/index.js'
import { notSignedIn } from './auth-errors.js'
import { SessionCookies } from './cookies/session-cookies.js'
import { sessionModeOf } from './cookies/session-mode.js'
import { Identities, readAppKey } from './identities.js'
import { isAdmin, isInPerson, type Principal, publicPrincipal } from './principal.js'
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
 * a session seen before, or a key, it neither waits nor asks anyone.
 */
@Injectable()
export class AuthGuard implements CanActivate {
  private readonly access = new RouteAccess()

  constructor(
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
    if (access === 'elsewhere') return admitAs(request, publicPrincipal, 'public')
    if (request.headers['x-session-mode'] !== undefined && sessionModeOf(request) === 'cookie')
      this.cookies.requireOwnPage(request)
    return this.admit(request, access, access === 'public')
  }

  /** Notes who is asking, when the route is open to them. @throws unauthenticated, token_expired, forbidden, invalid_csrf_token */
  private admit(request: IncomingMessage, access: Access, isWayIn = false): true | Promise<true> {
    if (readAppKey(request) === undefined) {
      const token = readBearer(request)
      if (token === undefined && request.headers.cookie === undefined) return admitAs(request, publicPrincipal, access)
      const principal = token === undefined ? undefined : this.identities.findCached(token, request)
      if (principal !== undefined) return admitAs(request, principal, access)
    }
    return this.identities
      .ofRequest(request, isWayIn)
      .then((found) => admitAs(request, found?.principal ?? publicPrincipal, access))
  }
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
