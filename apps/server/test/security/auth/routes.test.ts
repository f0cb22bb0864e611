import { Controller, Get, Module, RequestMethod } from '@nestjs/common'
import { METHOD_METADATA } from '@nestjs/common/constants.js'
import { ModulesContainer } from '@nestjs/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppModule } from '../../../src/app.module.js'
import { ACCESS, DirectRoutes, Public } from '../../../src/platform/http/index.js'
import { adminEnv, signInAdmin } from '../../api/auth/people.js'
import { startServer, type TestServer } from '../../support/index.js'

@Controller('forgotten')
class ForgottenController {
  @Get()
  undeclared(): string {
    return 'secret'
  }

  @Get('declared')
  @Public()
  declared(): string {
    return 'open'
  }
}

@Module({ imports: [AppModule], controllers: [ForgottenController] })
class ModuleWithForgottenRoute {}

let server: TestServer
beforeAll(async () => {
  server = await startServer(adminEnv, ModuleWithForgottenRoute)
})
afterAll(() => server.stop())

interface Route {
  readonly name: string
  readonly access: string | undefined
}

/** Every handler of every controller of the running server, and every direct route. */
function listRoutes(): Route[] {
  const controllers = [...server.app.get(ModulesContainer).values()].flatMap((module) => [
    ...module.controllers.values(),
  ])
  const direct = server.app
    .get(DirectRoutes)
    .all.map(({ method, path, access }) => ({ name: `${method} ${path}`, access }))
  const handled = controllers.flatMap(({ metatype }) => {
    const type = metatype as unknown as new () => unknown
    const handlers = Object.entries(Object.getOwnPropertyDescriptors(type.prototype)).map(
      ([name, { value }]) => [name, value] as const,
    )
    return handlers
      .filter(([, handler]) => typeof handler === 'function' && Reflect.hasMetadata(METHOD_METADATA, handler))
      .map(([name, handler]) => ({
        name: `${type.name}.${name} (${RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler)]})`,
        access: Reflect.getMetadata(ACCESS, handler) ?? Reflect.getMetadata(ACCESS, type),
      }))
  })
  return [...direct, ...handled]
}

describe('A156: every route', () => {
  it('declares who may call it', () => {
    const routes = listRoutes()
    expect(routes.length).toBeGreaterThan(20)
    const undeclared = routes.filter(({ access }) => access === undefined).map(({ name }) => name)
    expect(undeclared).toEqual(['ForgottenController.undeclared (GET)'])
  })
})

describe('a route that declares nothing', () => {
  it('is closed, to admins too', async () => {
    const { accessToken } = await signInAdmin(server)
    for (const token of [undefined, accessToken]) {
      const { status, text } = await server.request('GET', '/api/v1/forgotten', { token })
      expect(status).toBe(403)
      expect(text).not.toContain('secret')
    }
    expect((await server.request('GET', '/api/v1/forgotten/declared')).text).toBe('open')
  })
})
