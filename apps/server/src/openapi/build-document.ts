import type { CollectionView } from './collection-view.js'
import { describeBatch } from './describe-batch.js'
import { describeCollection, describeSchemas } from './describe-collection.js'
import { sharedParameters } from './describe-parameters.js'
import { problemResponses, problemSchemas } from './describe-problems.js'
import { describeRealtime, realtimeSchemas } from './describe-realtime.js'
import type { SystemDescription } from './describe-system.js'
import type { Components, OpenapiDocument, Paths, Tag } from './document.js'

/** Whom a document is for and what it is about. */
export interface DocumentSources {
  /** Under which clients reach the server. */
  readonly url: string
  readonly system: SystemDescription
  readonly collections: readonly CollectionView[]
  readonly admin: boolean
}

/** The OpenAPI 3.1 document of what its readers may do. Pure. */
export function buildDocument({ url, system, collections, admin }: DocumentSources): OpenapiDocument {
  const systemPaths = admin ? mergePaths(system.paths, system.adminPaths) : system.paths
  const ofCollections: Paths = Object.assign({}, ...collections.map(describeCollection))
  const paths = { ...ofCollections, ...describeBatch(), ...describeRealtime(), ...systemPaths }
  const components: Components = {
    schemas: Object.assign(
      {},
      pageSchemas,
      problemSchemas,
      realtimeSchemas,
      system.schemas,
      ...collections.map((view) => describeSchemas(view, collections)),
    ),
    parameters: sharedParameters,
    responses: problemResponses(),
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Holdfast', version: '1', description: introduction },
    servers: [{ url }],
    tags: describeTags(collections, paths),
    paths,
    components: { ...pickUsed(paths, components), securitySchemes },
  }
}

const introduction = [
  'This document shows what you may do: without a token what is open to everyone who signs in, with one what your roles open.',
  'Sign in by `POST /api/v1/auth/login` and send the access token as `Authorization: Bearer …`.',
  'A record outside the rows you may read is answered like one that does not exist, a field likewise.',
].join('\n\n')

const securitySchemes = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    bearerFormat: 'JWT',
    description: 'The `accessToken` of `POST /api/v1/auth/login`.',
  },
}

const pageSchemas = {
  PageMeta: {
    type: 'object',
    required: ['nextCursor'],
    properties: {
      nextCursor: { type: ['string', 'null'], description: 'Send it as `cursor` for the next page. Null on the last.' },
      previousCursor: {
        type: ['string', 'null'],
        description: 'Send it as `cursor` for the page before. Null on the first.',
      },
      plan: { type: 'object', description: 'With `explain=plan`: how PostgreSQL runs the query, and advice.' },
      total: { type: 'integer', description: 'With `count`: how many records there are.' },
    },
  },
}

// ── tags ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const systemTags: { readonly [name: string]: string } = {
  Auth: 'Sign up, sign in, and where you are signed in.',
  'Second factors': 'Authenticator apps and recovery codes, and signing in with them.',
  Passkeys: 'Register passkeys, and sign in by them.',
  Records: 'Write records of several collections together.',
  Realtime: 'Be told of changes as they come.',
  Webhooks: 'Have changes delivered to other servers.',
  Permissions: 'What you may do, and why.',
  Collections: 'Define collections: fields, indexes, rules.',
  Admin: 'Run the server: users and their roles.',
  Health: 'Probes for load balancers.',
}

/** The tags that routes bear: collections, then what the server brings in the order written above, then the rest. */
function describeTags(collections: readonly CollectionView[], paths: Paths): Tag[] {
  const used = new Set(Object.values(paths).flatMap((item) => Object.values(item).flatMap(({ tags = [] }) => tags)))
  const known = new Map<string, string | undefined>([
    ...collections.map(({ collection: { name, definition } }) => [name, definition.description] as const),
    ...Object.entries(systemTags),
  ])
  const names = [...known.keys()].filter((name) => used.has(name))
  return [...new Set([...names, ...used])].map((name) => ({ name, description: known.get(name) }))
}

// ── parts ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const mergePaths = (left: Paths, right: Paths): Paths =>
  Object.fromEntries(
    [...new Set([...Object.keys(left), ...Object.keys(right)])].map((path) => [
      path,
      { ...left[path], ...right[path] },
    ]),
  )

/** Only components that are referred to: the shapes of admin routes are for admins too. */
function pickUsed(paths: Paths, components: Components): Components {
  const used = new Set<string>()
  const visit = (part: unknown): void => {
    for (const [, name] of (JSON.stringify(part) ?? '').matchAll(/"\$ref":"#\/components\/([^"]+)"/g)) {
      if (used.has(name!)) continue
      used.add(name!)
      visit(componentAt(components, name!))
    }
  }
  visit(paths)
  const pick = <T>(kind: string, all: { readonly [name: string]: T } = {}): { [name: string]: T } =>
    Object.fromEntries(Object.entries(all).filter(([name]) => used.has(`${kind}/${name}`)))
  return {
    schemas: pick('schemas', components.schemas),
    parameters: pick('parameters', components.parameters),
    responses: pick('responses', components.responses),
  }
}

function componentAt(components: Components, path: string): unknown {
  const [kind, name] = path.split('/') as [keyof Components, string]
  return components[kind]?.[name]
}
