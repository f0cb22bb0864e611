import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { ApiHeader } from '@nestjs/swagger'
import type { Request } from 'express'
import { clientOf } from '../sign-in/client-of.js'
import type { CheckedRoute } from './bot-check-settings.js'
import { BotChecks } from './bot-checks.js'

const ROUTE = 'holdfast:bot-check'

/** Stands before a handler, and takes the token out of the body before that is checked. */
@Injectable()
export class BotCheckGuard implements CanActivate {
  constructor(
    private readonly checks: BotChecks,
    private readonly reflector: Reflector,
  ) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const request = context.switchToHttp().getRequest<Request>()
    const route = this.reflector.get<CheckedRoute>(ROUTE, context.getHandler())
    await this.checks.require(route, takeToken(request), clientOf(request).address)
    return true
  }
}

function takeToken({ body, headers }: Request): string | undefined {
  const header = headers['x-bot-token']
  if (typeof body !== 'object' || body === null || !Object.hasOwn(body, 'botToken')) return header as string | undefined
  const { botToken } = body
  delete body.botToken
  return typeof botToken === 'string' ? botToken : undefined
}

/** The handler asks for a task to be solved, where an admin wants that for this kind of route. */
export const BotChecked = (route: CheckedRoute) =>
  applyDecorators(
    SetMetadata(ROUTE, route),
    UseGuards(BotCheckGuard),
    ApiHeader({ name: 'X-Bot-Token', required: false, schema: { type: 'string' } }),
  )
