import { type Collection, type Field, fieldDefault } from '../../collections/index.js'
import { quoteLiteral } from '../../lib/index.js'
import { Params, SqlContext } from '../../query/index.js'
import { deletesAt, keptTable, PastSource, renamedSql } from '../past/past-source.js'
import type { Plan } from '../plan.js'
import { noteCause } from '../write/plan-write.js'

const rowsAt = (collection: Collection, index: number): PastSource =>
  new PastSource(collection, deletesAt(collection, index))

/**
 * Puts deleted records of several collections back in one statement, so that they may point at each other in any way. Inputs
 * are, for each collection, the positions of the deletes, then the ids of the records. Records that are there are left alone.
 */
export function planRestore(collections: readonly Collection[]): Plan {
  const params = new Params()
  const context = new SqlContext(params)
  const parts = collections.map((collection, at) => {
    const fields = [...collection.fields.values()].filter(
      ({ columnType, definition }) => columnType !== '' && definition.type !== 'computed',
    )
    const rows = rowsAt(collection, 2 * at).toSql(context)
    const values = fields.map((field) => restoredValue(field, collections, params))
    return (
      `w${at} as (insert into ${collection.table} (${fields.map(({ column }) => column).join(', ')})` +
      ` select ${values.join(', ')} from ${rows} p where ${noteCause(params)}` +
      ` and not exists (select from ${collection.table} t where t."id" = p."id") returning "id")`
    )
  })
  const counts = collections.map((_, at) => `(select array_agg("id")::text[] from w${at})`)
  return { text: `with ${parts.join(', ')} select ${counts.join(', ')}`, params: params.sources }
}

/** A record that comes back is a new version of the one that went. */
function restoredValue(field: Field, collections: readonly Collection[], params: Params): string {
  if (field.name === 'version') return 'p."version" + 1'
  if (field.name === 'updatedAt') return 'now()'
  const value = `p.${field.column}`
  if (isSetNull(field)) return stillThere(field, value, collections, params)
  const byDefault = fieldDefault(field)
  if (byDefault === undefined) return value
  return `case when p."_image"->${quoteLiteral(field.name)} is null then ${byDefault} else ${value} end`
}

/** What a relation that is set to null with its target has become while its record lay in the trash. */
function stillThere(field: Field, value: string, collections: readonly Collection[], params: Params): string {
  const target = field.relation!.target()
  const at = collections.findIndex(({ name }) => name === target.name)
  const restored = at < 0 ? '' : ` or ${value} = any(${params.input(2 * at + 1)}::uuid[])`
  return `case when exists (select from ${target.table} t where t."id" = ${value})${restored} then ${value} end`
}

/** A relation to one record that is set to null when that is deleted. */
const isSetNull = ({ relation, system, definition }: Field): boolean =>
  relation?.kind === 'one' &&
  !system &&
  (definition.onDelete ?? (definition.required ? 'restrict' : 'setNull')) === 'setNull'

// ── lists and relations ──────────────────────────────────────────────────────────────────────────────────────────────

type ListField = Field & { readonly relation: { readonly kind: 'many'; readonly linkTable: string } }

export const listsOf = ({ fields }: Collection): ListField[] =>
  [...fields.values()].filter((field): field is ListField => field.relation?.kind === 'many')

/** Fills a list of the restored records with what was in it and is still there. Input 0: the positions of the deletes. */
export function planRestoreList(collection: Collection, { relation }: ListField): Plan {
  const params = new Params()
  const source = rowsAt(collection, 0)
  const rows = source.toSql(new SqlContext(params))
  const links = source.linksSql(relation.linkTable, 'p')
  const text =
    `insert into ${relation.linkTable} ("source", "target", "position")` +
    ` select l."source", l."target", l."position" from ${rows} p cross join lateral ${links} l` +
    ` where exists (select from ${relation.target().table} t where t."id" = l."target") on conflict do nothing`
  return { text, params: params.sources }
}

/** Fields of all collections that deletes of records of `target` empty: relations, and lists. */
export const emptiedBy = (target: Collection, collections: Iterable<Collection>): [Collection, Field][] =>
  [...collections].flatMap((collection) =>
    [...collection.fields.values()]
      .filter(
        (field) => field.definition.collection === target.name && (isSetNull(field) || field.relation?.kind === 'many'),
      )
      .map((field): [Collection, Field] => [collection, field]),
  )

/** Points relations at restored records again that their deletes set to null, and that still are. Inputs: transaction, ids. */
export function planPointBack(collection: Collection, { name, column }: Field): Plan {
  const params = new Params()
  const [tx, ids] = [params.input(0), params.input(1)]
  const of = (image: string): string =>
    `(${renamedSql(collection, 'c.position', `c.${image}`)})->>${quoteLiteral(name)}`
  const text =
    `update ${collection.table} d set ${column} = u.was::uuid from (select c.record, ${of('before')} as was from ${keptTable} c` +
    ` where c.tx = ${tx}::text::xid8 and c.collection = '${collection.id}' and c.action = 'update'` +
    ` and ${of('before')} = any(${ids}::text[]) and ${of('after')} is null) u where d."id" = u.record and d.${column} is null`
  return { text, params: params.sources }
}

/** Puts restored records back into the lists that their deletes took them from. Inputs: transaction, ids. */
export function planListBack(collection: Collection, { name, relation }: ListField): Plan {
  const params = new Params()
  const [tx, ids] = [params.input(0), params.input(1)]
  const before = `(${renamedSql(collection, 'c.position', 'c.before')})->${quoteLiteral(name)}`
  const text =
    `insert into ${relation.linkTable} ("source", "target", "position") select c.record, i.target::uuid, i.place from ${keptTable} c` +
    ` cross join lateral json_array_elements_text(${before}) with ordinality i(target, place)` +
    ` where c.tx = ${tx}::text::xid8 and c.collection = '${collection.id}' and c.action = 'list' and i.target = any(${ids}::text[])` +
    ` and exists (select from ${collection.table} t where t."id" = c.record) on conflict do nothing`
  return { text, params: params.sources }
}

export const isList = (field: Field): field is ListField => field.relation?.kind === 'many'
