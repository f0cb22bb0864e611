import { createHash } from 'node:crypto'
import { Inject, Injectable } from '@nestjs/common'
import { isAdmin, type Principal, publicPrincipal, rightsKeyOf } from '../auth/index.js'
import { SchemaCache } from '../collections/index.js'
import { PermissionsService, Scopes } from '../permissions/index.js'
import { CONFIG, type Config } from '../platform/config/index.js'
import { AppHost } from '../platform/http/index.js'
import { buildDocument } from './build-document.js'
import { viewOf } from './collection-view.js'
import { describeSystem, type SystemDescription } from './describe-system.js'

/** An OpenAPI document as it is sent. */
export interface DocumentText {
  readonly json: Buffer
  readonly etag: string
}

/** Documents that are kept: one per set of roles. */
const maxDocuments = 16

/** OpenAPI documents by who reads them. Each is built on first use and kept until the schema changes. */
@Injectable()
export class Documents {
  private readonly kept = new Map<string, DocumentText>()
  private system: SystemDescription | undefined

  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly host: AppHost,
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
  ) {
    schemas.onChange(() => this.kept.clear())
  }

  /** The document of what the principal may do; without sign-in, of what any signed-in user may do. */
  textFor(principal: Principal): DocumentText {
    const audience = rightsKeyOf(principal)
    const known = this.kept.get(audience)
    if (known) return known
    const text = this.build(principal)
    if (this.kept.size >= maxDocuments) this.kept.delete(this.kept.keys().next().value!)
    this.kept.set(audience, text)
    return text
  }

  private build(principal: Principal): DocumentText {
    this.system ??= describeSystem(this.host.app)
    const scopes = this.scopesOf(principal)
    const open = this.permissions.scopes(publicPrincipal)
    const document = buildDocument({
      url: this.config.publicUrl,
      system: this.system,
      collections: [...this.schemas.current.collections.values()].map((collection) => viewOf(collection, scopes, open)),
      admin: isAdmin(principal),
    })
    const json = Buffer.from(JSON.stringify(document))
    return { json, etag: `"${createHash('sha256').update(json).digest('base64url').slice(0, 22)}"` }
  }

  private scopesOf(principal: Principal): Scopes {
    if (principal.kind !== 'public') return this.permissions.scopes(principal)
    return new Scopes(this.schemas.current, new Set(['public', 'user']))
  }
}
