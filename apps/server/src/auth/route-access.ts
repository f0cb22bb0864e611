import type { ExecutionContext } from '@nestjs/common'
import { ACCESS, type Access, VIEWABLE } from '../platform/http/index.js'

/** What routes declare about who may call them: the handler's word before the controller's. Each is looked up once. */
export class RouteAccess {
  private readonly known = new Map<object, Map<object, Access | undefined>>()

  find(context: ExecutionContext): Access | undefined {
    const controller = context.getClass()
    const handler = context.getHandler()
    const declared = this.known.get(controller)
    if (declared?.has(handler)) return declared.get(handler)
    const access = Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, controller)
    if (declared) declared.set(handler, access)
    else this.known.set(controller, new Map([[handler, access]]))
    return access
  }

  /** Whether admins may call it as somebody else. */
  isViewable(context: ExecutionContext): boolean {
    return Reflect.getMetadata(VIEWABLE, context.getHandler()) === true
  }
}
