import { createHash, randomBytes } from 'node:crypto'
import type { OidcClient, OidcScope } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import { AppError, newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'
import type { ParsedClient } from './parse-client.js'

/** An app as the provider needs it. */
export interface StoredClient extends OidcClient {
  readonly secretHash: string | null
}

/** The apps that sign people in by this server. */
@Injectable()
export class OidcClients {
  constructor(private readonly db: Database) {}

  async list(): Promise<OidcClient[]> {
    const { rows } = await this.db.run({ text: `${select} order by id`, values: [] })
    return (rows as ClientRow[]).map((row) => withoutSecret(toClient(row)))
  }

  async find(id: string): Promise<StoredClient | undefined> {
    const { rows } = await this.db.run({ text: `${select} where id = $1`, values: [id] })
    return rows[0] && toClient(rows[0] as ClientRow)
  }

  /** @throws not_found */
  async get(id: string): Promise<OidcClient> {
    const client = await this.find(id)
    if (client === undefined) throw notFound()
    return withoutSecret(client)
  }

  async areAny(): Promise<boolean> {
    const { rows } = await this.db.run({ text: 'select 1 from holdfast.oidc_clients limit 1', values: [] })
    return rows.length > 0
  }

  /** The id, and the secret where there is one. */
  async create(client: ParsedClient): Promise<{ id: string; secret: string | null }> {
    const id = newId()
    const secret = client.kind === 'confidential' ? newSecret() : null
    const values = [id, secret && hashSecret(secret), client.kind, ...valuesOf(client)]
    await this.db.run({ text: insert, values })
    return { id, secret }
  }

  /** What a client is cannot change, only what it may: its kind stays. @throws not_found */
  async change(id: string, client: ParsedClient): Promise<void> {
    const { rowCount } = await this.db.run({ text: update, values: [id, ...valuesOf(client)] })
    if (rowCount === 0) throw notFound()
  }

  /** A new secret; the one before is void. @throws not_found, conflict for public clients */
  async replaceSecret(id: string): Promise<string> {
    const { kind } = await this.get(id)
    if (kind === 'public') throw new AppError('conflict', 'A public client has no secret')
    const secret = newSecret()
    await this.db.run({
      text: 'update holdfast.oidc_clients set secret_hash = $2 where id = $1',
      values: [id, hashSecret(secret)],
    })
    return secret
  }

  /** Takes the app away, and with it everything that was given to it. @throws not_found */
  async delete(id: string, tx: Executor = this.db): Promise<void> {
    const { rowCount } = await tx.run({ text: 'delete from holdfast.oidc_clients where id = $1', values: [id] })
    if (rowCount === 0) throw notFound()
  }
}

const notFound = (): AppError => new AppError('not_found', 'There is no such client')

const newSecret = (): string => `ocs_${randomBytes(32).toString('base64url')}`

export const hashSecret = (secret: string): string => createHash('sha256').update(secret).digest('hex')

const valuesOf = (client: ParsedClient) => [
  ...[client.name, client.redirectUris, client.postLogoutRedirectUris],
  ...[client.scopes, client.trusted],
]

type ClientRow = [
  id: string,
  secretHash: string | null,
  kind: OidcClient['kind'],
  name: string,
  redirectUris: string,
  postLogoutRedirectUris: string,
  scopes: string,
  trusted: boolean,
  createdAt: string,
]

const toClient = (row: ClientRow): StoredClient => {
  const [id, secretHash, kind, name, redirectUris, postLogoutRedirectUris, scopes, trusted, createdAt] = row
  const lists = {
    redirectUris: JSON.parse(redirectUris) as string[],
    postLogoutRedirectUris: JSON.parse(postLogoutRedirectUris) as string[],
    scopes: JSON.parse(scopes) as OidcScope[],
  }
  return { id, secretHash, kind, name, ...lists, trusted, createdAt }
}

const withoutSecret = ({ secretHash: _hidden, ...client }: StoredClient): OidcClient => client

const select = `
  select id, secret_hash, kind, name, to_json(redirect_uris)::text, to_json(post_logout_redirect_uris)::text,
    to_json(scopes)::text, trusted, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
  from holdfast.oidc_clients`
const insert = `
  insert into holdfast.oidc_clients (id, secret_hash, kind, name, redirect_uris, post_logout_redirect_uris, scopes, trusted)
  values ($1, $2, $3, $4, $5, $6, $7, $8)`
const update = `
  update holdfast.oidc_clients set name = $2, redirect_uris = $3, post_logout_redirect_uris = $4, scopes = $5,
    trusted = $6 where id = $1`
