import type { IncomingMessage } from 'node:http'
import type { Principal } from '../../auth/index.js'
import { pathOf } from '../../platform/http/index.js'

/** What was done, as it is told. Values of bodies are never part of it. */
export interface AuditLine {
  readonly action: string
  readonly actorId: string | null
  readonly keyId: string | null
  readonly actingAsId: string | null
  readonly method: string
  readonly route: string
  readonly target: string | null
  readonly paths: readonly string[]
  readonly address: string
  readonly userAgent: string | null
  readonly requestId: string
  readonly status: number
  readonly errorCode: string | null
}

/** Resources that go by a name. */
const named = new Set(['collections', 'roles', 'channels'])
const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'set', PATCH: 'update', DELETE: 'delete' }

/**
 * `collections.create`, `users.impersonate`, `webhooks.deliveries.resend`: the words of the route, and what is done to it. A
 * POST that ends in a word behind a parameter is that word.
 */
export function actionOf(method: string, route: string): string {
  const parts = route.split('/').filter((part) => part !== '' && !['api', 'v1', 'admin'].includes(part))
  const words = parts.filter((part) => !part.startsWith('{')).map(toWord)
  const behind = parts.at(-1)
  const isDeed = method === 'POST' && words.length > 1 && !behind!.startsWith('{')
  return [...words, ...(isDeed ? [] : [verbs[method] ?? method.toLowerCase()])].join('.')
}

/** `api-keys` → `apiKeys`. */
const toWord = (part: string): string => part.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

/** What it was done to: parameters of the route or, of something new, its name or id. */
export function targetOf(
  params: Readonly<Record<string, unknown>>,
  action: string,
  body: unknown,
  answer: unknown,
): string | null {
  const given = Object.values(params).filter((value): value is string => typeof value === 'string')
  if (given.length > 0) return cut(given.join('/'))
  const { data } = asObject(parsed(answer))
  const made = asObject(data)
  const name = named.has(action.split('.')[0]!) ? (made['name'] ?? made['id']) : (made['id'] ?? made['name'])
  if (typeof name === 'string') return cut(name)
  const { collections, name: wanted } = asObject(body)
  if (Array.isArray(collections)) {
    const names = collections.map((each) => asObject(each)['name']).filter((each) => typeof each === 'string')
    return names.length > 0 ? cut(names.join(', ')) : null
  }
  return typeof wanted === 'string' ? cut(wanted) : null
}

const maxPaths = 40
const maxDepth = 6

/** Places of a body that hold something: `smtp.password`, `fields[].name`. No values. */
export function pathsOf(body: unknown): string[] {
  const paths = new Set<string>()
  const walk = (value: unknown, path: string, depth: number): void => {
    if (paths.size >= maxPaths) return
    if (Array.isArray(value) && value.length > 0 && depth < maxDepth) {
      for (const each of value.slice(0, 50)) walk(each, `${path}[]`, depth + 1)
      return
    }
    const entries = typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : []
    if (entries.length === 0 || depth >= maxDepth) {
      if (path !== '') paths.add(cut(path))
      return
    }
    for (const [name, member] of entries) walk(member, path === '' ? name : `${path}.${name}`, depth + 1)
  }
  walk(body, '', 0)
  return [...paths]
}

/** Who did it, and for whom. */
export function whoOf(principal: Principal | undefined): Pick<AuditLine, 'actorId' | 'keyId' | 'actingAsId'> {
  if (principal?.kind === 'key') return { actorId: null, keyId: principal.keyId, actingAsId: null }
  if (principal?.kind !== 'user') return { actorId: null, keyId: null, actingAsId: null }
  const { userId, impersonatorId, keyId = null } = principal
  return impersonatorId === undefined
    ? { actorId: userId, keyId, actingAsId: null }
    : { actorId: impersonatorId, keyId, actingAsId: userId }
}

/** What is known of any request. */
export const placeOf = (request: IncomingMessage, route: string | undefined) => ({
  method: request.method!,
  route: route ?? pathOf(request),
  userAgent: request.headers['user-agent'] ? cut(request.headers['user-agent']) : null,
  requestId: request.id,
})

const cut = (text: string): string => text.replaceAll('\0', '').toWellFormed().slice(0, 300)

const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}

function parsed(answer: unknown): unknown {
  if (typeof answer !== 'string' || answer.length > 100_000) return answer
  try {
    return JSON.parse(answer)
  } catch {
    return undefined
  }
}
