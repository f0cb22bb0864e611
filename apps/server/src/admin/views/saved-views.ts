import type { SavedView, SavedViewChange, SavedViewDefinition } from '@holdfast/contract'
import { Injectable } from '@nestjs/common'
import type { Principal } from '../../auth/index.js'
import { SchemaCache } from '../../collections/index.js'
import { AppError, invalidAt, newId } from '../../lib/index.js'
import { Database, type Executor } from '../../platform/db/index.js'

/** What a view is about, beside its name and who sees it. */
type Look = Pick<SavedView, 'search' | 'filter' | 'sort' | 'columns' | 'widths'>

const plainLook: Look = { search: null, filter: null, sort: null, columns: null, widths: {} }

/** As a filter of a URL may be; a view is a link, in the end. */
const maxLookBytes = 102_400

const select = `select v.id, c.name, v.owner, v.name, v.shared, v.is_default, v.look::text, v.created_at
  from holdfast.saved_views v join holdfast.collections c on c.id = v.collection`

/** How grids of records look. Everybody sees shared views and their own; both may be changed by whoever sees them. */
@Injectable()
export class SavedViews {
  constructor(
    private readonly db: Database,
    private readonly schema: SchemaCache,
  ) {}

  /** @throws collection_not_found */
  async list(principal: Principal, collection: string | undefined): Promise<SavedView[]> {
    const of = collection === undefined ? null : this.schema.get(collection).id
    const text = `${select} where (v.shared or v.owner = $1) and ($2::uuid is null or v.collection = $2)
      order by lower(v.name), v.id limit 1000`
    const owner = ownerOf(principal)
    const { rows } = await this.db.run({ text, values: [owner, of] })
    return rows.map((row) => toView(row, owner))
  }

  /** @throws collection_not_found, validation_failed */
  async create(principal: Principal, { collection, name, shared, isDefault, ...look }: SavedViewDefinition) {
    const { id: of } = this.schema.get(collection)
    const id = newId()
    const values = [id, of, ownerOf(principal), name, shared ?? false, isDefault ?? false, lookText(plainLook, look)]
    const text = `insert into holdfast.saved_views (id, collection, owner, name, shared, is_default, look)
      values ($1, $2, $3, $4, $5, $6, $7)`
    return this.db.transaction(async (tx) => {
      await tx.run({ text, values })
      return this.finish(tx, principal, id)
    })
  }

  /** @throws not_found, validation_failed */
  async change(principal: Principal, id: string, { name, shared, isDefault, ...look }: SavedViewChange) {
    return this.db.transaction(async (tx) => {
      const view = await findView(tx, principal, id, true)
      if (shared === false && !view.mine) throw new AppError('conflict', 'Only its maker can make a view private')
      const text = 'update holdfast.saved_views set name = $2, shared = $3, is_default = $4, look = $5 where id = $1'
      const values = [id, name ?? view.name, shared ?? view.shared, isDefault ?? view.isDefault, lookText(view, look)]
      await tx.run({ text, values })
      return this.finish(tx, principal, id)
    })
  }

  /** @throws not_found */
  async delete(principal: Principal, id: string): Promise<void> {
    const text = 'delete from holdfast.saved_views where id = $1 and (shared or owner = $2)'
    const { rowCount } = await this.db.run({ text, values: [id, ownerOf(principal)] })
    if (rowCount === 0) throw noSuchView()
  }

  /** A default takes the place of the one before: among shared views, or among those of one admin. */
  private async finish(tx: Executor, principal: Principal, id: string): Promise<SavedView> {
    const view = await findView(tx, principal, id, false)
    const text = `update holdfast.saved_views v set is_default = false from holdfast.saved_views n
      where n.id = $1 and v.id <> n.id and v.is_default and v.collection = n.collection
        and v.shared = n.shared and (n.shared or v.owner = n.owner)`
    if (view.isDefault) await tx.run({ text, values: [id] })
    return view
  }
}

async function findView(tx: Executor, principal: Principal, id: string, lock: boolean): Promise<SavedView> {
  const owner = ownerOf(principal)
  const text = `${select} where v.id = $1 and (v.shared or v.owner = $2)${lock ? ' for update of v' : ''}`
  const { rows } = await tx.run({ text, values: [id, owner] })
  if (!rows[0]) throw noSuchView()
  return toView(rows[0], owner)
}

const noSuchView = () => new AppError('not_found', 'There is no such view')

/** Only admins come here; a key without a user keeps its own. */
function ownerOf(principal: Principal): string {
  if (principal.kind === 'user') return principal.userId
  if (principal.kind === 'key') return principal.keyId
  throw new AppError('unauthenticated', 'Nobody is signed in')
}

function lookText(before: Look, change: Partial<Look>): string {
  const widths = change.widths ?? before.widths
  for (const [field, width] of Object.entries(widths))
    if (typeof width !== 'number' || !(width >= 1 && width <= 10_000))
      throw invalidAt('validation_failed', `widths.${field}`, 'A width is a number of pixels')
  const { search, filter, sort, columns } = before
  const given = Object.entries(change).filter(([, value]) => value !== undefined)
  const text = JSON.stringify({ search, filter, sort, columns, widths, ...Object.fromEntries(given) })
  if (Buffer.byteLength(text) > maxLookBytes)
    throw invalidAt('validation_failed', 'filter', `A view may take ${maxLookBytes} bytes`)
  return text
}

function toView(row: readonly unknown[], asker: string): SavedView {
  const [id, collection, owner, name, shared, isDefault, look, createdAt] = row
  return {
    id: String(id),
    collection: String(collection),
    name: String(name),
    shared: shared === true,
    isDefault: isDefault === true,
    mine: owner === asker,
    ...(JSON.parse(String(look)) as Look),
    createdAt: createdAt instanceof Date ? createdAt.toISOString() : String(createdAt),
  }
}
