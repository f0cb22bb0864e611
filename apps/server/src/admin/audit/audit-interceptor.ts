import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common'
import { lastValueFrom, type Observable, of } from 'rxjs'
import type { GuardedRequest, Principal } from '../../auth/index.js'
import {
  ACCESS,
  type Access,
  type DirectRequest,
  DirectRoutes,
  explain,
  ONLY_READS,
  templateOf,
} from '../../platform/http/index.js'
import { actionOf, pathsOf, placeOf, targetOf, whoOf } from './audit-line.js'
import { AuditLog } from './audit-log.js'

interface Deed {
  readonly request: DirectRequest & { readonly principal?: Principal }
  readonly route: string
  readonly params: Readonly<Record<string, unknown>>
}

/**
 * Stands around every route for admins that writes, of Nest and direct: what was done, or tried, is written down before it
 * is answered. New routes are in the log by being for admins.
 */
@Injectable()
export class AuditInterceptor implements NestInterceptor {
  constructor(
    private readonly log: AuditLog,
    direct: DirectRoutes,
  ) {
    direct.witnessWith((request, { path }, act) =>
      this.witness({ request, route: path, params: request.params }, act, ({ status }) => status),
    )
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const http = context.switchToHttp()
    const request = http.getRequest<GuardedRequest>()
    const route = templateOf(request) ?? ''
    const act = () => lastValueFrom(next.handle(), { defaultValue: undefined })
    if (request.method === 'POST' && route === '/api/v1/auth/login') return of(await this.watchSignIn(request, act))
    if (request.method === 'GET' || request.method === 'HEAD' || !isForAdmins(context, route)) return next.handle()
    const statusOf = () => http.getResponse<{ statusCode: number }>().statusCode
    return of(
      await this.witness(
        { request: request as unknown as Deed['request'], route, params: request.params },
        act,
        statusOf,
      ),
    )
  }

  private async witness<T>(
    { request, route, params }: Deed,
    act: () => Promise<T>,
    statusOf: (answer: T) => number,
  ): Promise<T> {
    const action = actionOf(request.method!, route)
    const { body } = request
    const known = { ...placeOf(request, route), ...whoOf(request.principal), action, paths: pathsOf(body) }
    let answer: T
    try {
      answer = await act()
    } catch (error) {
      const { status, code } = explain(error)
      const target = targetOf(params, action, body, undefined)
      await this.log.write({ ...known, target, status, errorCode: code }, request)
      throw error
    }
    const target = targetOf(params, action, body, answer)
    await this.log.write({ ...known, target, status: statusOf(answer), errorCode: null }, request)
    return answer
  }

  private async watchSignIn(request: GuardedRequest, act: () => Promise<unknown>): Promise<unknown> {
    try {
      return await act()
    } catch (error) {
      const { status, code } = explain(error)
      this.log.refusedSignIn((request.body as { email?: unknown } | undefined)?.email, request, status, code)
      throw error
    }
  }
}

/** What only admins may call, and whatever else lies there, such as the first admin's own beginning. */
function isForAdmins(context: ExecutionContext, route: string): boolean {
  const [handler, controller] = [context.getHandler(), context.getClass()]
  if (Reflect.getMetadata(ONLY_READS, handler)) return false
  const access: Access | undefined = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller)
  return access === 'admin' || access === 'adminInPerson' || route.startsWith('/api/v1/admin/')
}
