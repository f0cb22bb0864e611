import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { type Collection, SchemaCache } from '../../collections/index.js'
import { AppError } from '../../lib/index.js'
import {
  bindingsOf,
  PermissionsService,
  type RowScope,
  requireScope,
  type Scopes,
  type WriteScope,
} from '../../permissions/index.js'
import { PlanCache } from '../plan.js'
import { parseSelection } from '../read/parse-selection.js'
import { parseQueryString } from '../read/raw-query.js'
import type { Selection } from '../read/selection.js'
import { recordNotFound } from '../record-id.js'
import { RecordsService } from '../records.service.js'
import type { Echo } from './plan-write.js'
import type { Write } from './run-write.js'
import type { Target } from './target.js'

/** What a caller asked of a write besides the body. */
export interface WriteOptions {
  /** The query string: `fields` and `expand` of the answer. */
  readonly search: string
  /** `Prefer: return=minimal`. */
  readonly minimal: boolean
  /** `If-Match`: the version the record must have. */
  readonly version?: number
}

/** Who writes records of which collection, what the rules open to them, and what they asked for. */
export interface Writing {
  readonly principal: Principal
  readonly collection: Collection
  readonly scopes: Scopes
  readonly options: WriteOptions
  /** What it is written in. */
  readonly target: Target
}

/** The steps that writes share: collection → scopes → (parse) → what to answer → (run) → why nothing was written. */
@Injectable()
export class WriteSteps {
  private readonly echoes = new PlanCache<Selection>()

  constructor(
    private readonly schemas: SchemaCache,
    private readonly permissions: PermissionsService,
    private readonly records: RecordsService,
  ) {}

  /** @throws collection_not_found */
  begin(principal: Principal, name: string, options: WriteOptions, target: Target): Writing {
    return {
      principal,
      collection: this.schemas.get(name),
      scopes: this.permissions.scopes(principal),
      options,
      target,
    }
  }

  /** What a write answers with is checked before anything is written. @throws unknown_field, invalid_query, … */
  prepare({ principal, collection, scopes, options }: Writing, scope: WriteScope): Write {
    const echo = this.echo(scopes.read(collection), options)
    return { scope, echo, echoKey: options.minimal ? 'minimal' : options.search, bindings: bindingsOf(principal) }
  }

  /** The part of a written record that is answered. @throws like `prepare` */
  echo(readable: RowScope | undefined, { search, minimal }: WriteOptions): Echo {
    const parse = () => parseQueryString(search, ['fields', 'expand'])
    if (!readable || minimal) return void parse()
    return this.echoes.get(readable, search, () => parseSelection(parse(), readable))
  }

  /** Nothing was written: the record is not there for this caller, or `If-Match` named another version. */
  async refuse({ principal, collection, scopes, options, target }: Writing, id: string): Promise<never> {
    const readable = scopes.read(collection)
    const current =
      options.version === undefined || !readable
        ? undefined
        : await this.records.find(readable, principal, id, '', target)
    if (!current?.version || current.version === options.version) throw recordNotFound(collection)
    throw new AppError('version_conflict', 'The record has changed since you read it', {
      hint: 'Apply your change to the current record and send it again with its ETag.',
      headers: { ETag: `"v${current.version}"` },
      extra: { current: JSON.parse(current.json) as unknown },
    })
  }
}

/** The caller's rules for what they want to do. @throws unauthenticated, forbidden */
export const requireWriteScope = (
  { principal, collection, scopes }: Writing,
  action: 'create' | 'update',
): WriteScope => requireScope(scopes[action](collection), principal, action, collection)
