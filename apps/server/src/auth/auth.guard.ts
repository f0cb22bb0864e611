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
import { viewAsHeader } from './view-as/parse-view-as.js'
import { Views } from './view-as/views.js'

/** A request the guard has let through. */
export interface GuardedRequest extends Request {
  principal: Principal
  /** The admin who reads as `principal`. */
  viewer?: Principal
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
    private readonly views: Views,
    direct: DirectRoutes,
  ) {
    direct.guardWith((request, route) => this.admit(request, route.access, route.viewable))
  }

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const access = this.access.find(context)
    if (access === undefined) throw new AppError('forbidden', 'This route is not open to anyone')
    const request = context.switchToHttp().getRequest<GuardedRequest>()
    if (request.headers[viewAsHeader] !== undefined) return this.admitViewer(request, this.access.isViewable(context))
    if (access === 'elsewhere') return admitAs(request, publicPrincipal, 'public')
    if (request.headers['x-session-mode'] !== undefined && sessionModeOf(request) === 'cookie')
      this.cookies.requireOwnPage(request)
    return this.admit(request, access, false, access === 'public')
  }

  /** Notes who is asking, when the route is open to them. @throws unauthenticated, token_expired, forbidden, invalid_csrf_token */
  private admit(
    request: IncomingMessage,
    access: Access,
    viewable: boolean | undefined,
    isWayIn = false,
  ): true | Promise<true> {
    if (request.headers[viewAsHeader] !== undefined) return this.admitViewer(request, viewable)
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

  /**
   * An admin who reads as somebody else. Only once the admin has proven to be one is anybody looked up; routes that do not say
   * they may be viewed refuse the header from everybody. @throws unauthenticated, token_expired, forbidden, invalid_value
   */
  private async admitViewer(request: IncomingMessage, viewable: boolean | undefined): Promise<true> {
    if (viewable !== true) throw notViewable()
    const found = await this.identities.ofRequest(request)
    const viewer = found?.principal ?? publicPrincipal
    requireAccess(viewer, 'admin')
    const principal = await this.views.find(String(request.headers[viewAsHeader]))
    return Object.assign(request as GuardedRequest, { principal, viewer }) && true
  }
}

function admitAs(request: IncomingMessage, principal: Principal, access: Access): true {
  if (access !== 'public') requireAccess(principal, access)
  ;(request as GuardedRequest).principal = principal
  return true
}

const forbidden = defineError('forbidden')

const notViewable = (): AppError =>
  forbidden('X-View-As is for reading records and permissions, and changes nothing', {
    hint: 'Leave the header out, or sign in as that user.',
  })

function requireAccess(principal: Principal, access: Exclude<Access, 'public'>): void {
  if (principal.kind === 'public') throw notSignedIn()
  if (access === 'admin' || access === 'adminInPerson') {
    if (!isAdmin(principal)) throw forbidden('Only admins may do this')
  } else if (principal.kind === 'key') throw forbidden('This needs a user, and the API key belongs to none')
  if ((access === 'inPerson' || access === 'adminInPerson') && !isInPerson(principal))
    throw forbidden('This is for the user in person: no API key and nobody who acts as the user may do it')
}
