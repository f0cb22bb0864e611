import type { INestApplication } from '@nestjs/common'
import { ModulesContainer, Reflector } from '@nestjs/core'
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger'
import { ACCESS, type Access } from '../platform/http/index.js'
import { problems } from './describe-problems.js'
import {
  type JsonSchema,
  type Method,
  type Operation,
  type Paths,
  refTo,
  signInNeeded,
  signInOptional,
} from './document.js'

/** The routes that are the same whatever the schema, as their controllers describe them. */
export interface SystemDescription {
  /** For everybody. */
  readonly paths: Paths
  /** For admins beside the others. */
  readonly adminPaths: Paths
  readonly schemas: { readonly [name: string]: JsonSchema }
}

const forAdmins: ReadonlySet<Access> = new Set(['admin', 'adminInPerson'])

/** Reads what Nest and the controllers know of the routes. Costs some milliseconds; the answer never changes. */
export function describeSystem(app: INestApplication): SystemDescription {
  const access = accessOf(app)
  const { paths, components } = SwaggerModule.createDocument(
    app,
    new DocumentBuilder().setOpenAPIVersion('3.1.0').build(),
    { operationIdFactory: (controller, method) => operationId(controller, method) },
  )
  const described = paths as unknown as Paths
  return {
    paths: selectOperations(described, access, (needed) => needed !== undefined && !forAdmins.has(needed)),
    adminPaths: selectOperations(described, access, (needed) => needed !== undefined && forAdmins.has(needed)),
    schemas: { ...(components?.schemas as SystemDescription['schemas']) },
  }
}

/** `SessionsController`, `list` → `sessions_list`. */
const operationId = (controller: string, method: string): string =>
  `${controller.charAt(0).toLowerCase()}${controller.slice(1).replace(/Controller$/, '')}_${method.replace(/\[\d+\]$/, '')}`

/** Who may call which operation: the same metadata the guard reads. */
function accessOf(app: INestApplication): ReadonlyMap<string, Access | undefined> {
  const reflector = app.get(Reflector)
  const found = new Map<string, Access | undefined>()
  for (const module of app.get(ModulesContainer).values())
    for (const { metatype } of module.controllers.values()) {
      const { name, prototype } = metatype as { name: string; prototype: object }
      for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(prototype)))
        if (typeof value === 'function' && method !== 'constructor')
          found.set(operationId(name, method), reflector.getAllAndOverride(ACCESS, [value, prototype.constructor]))
    }
  return found
}

function selectOperations(
  paths: Paths,
  access: ReadonlyMap<string, Access | undefined>,
  wanted: (access: Access | undefined) => boolean,
): Paths {
  const selected = Object.entries(paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      (Object.entries(item) as [Method, Operation][])
        .filter(([, operation]) => wanted(access.get(operation.operationId)))
        .map(([method, operation]) => [method, complete(operation, access.get(operation.operationId)!)]),
    ),
  ])
  return Object.fromEntries(selected.filter(([, item]) => Object.keys(item as object).length > 0))
}

/** What controllers need not say: who may call, how errors look, and tags that no collection can have. */
function complete(operation: Operation, access: Access): Operation {
  return {
    ...operation,
    tags: operation.tags?.map((tag) => tag.charAt(0).toUpperCase() + tag.slice(1)),
    security: access === 'public' ? signInOptional : signInNeeded,
    responses: {
      ...problems(401, ...(access === 'admin' ? ([403] as const) : [])),
      default: refTo('responses', 'Problem'),
      ...operation.responses,
    },
  }
}
