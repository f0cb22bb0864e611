import { type Collection, type Field, imageRow } from '../../collections/index.js'
import { quoteIdentifier, quoteLiteral } from '../../lib/index.js'
import type { RowSource, SqlContext } from '../../query/index.js'

/** The table of the log that is kept as long as history and trash say. */
export const keptTable = 'holdfast.changes_kept'

/** Which rows of the log are read as records. */
export interface LoggedRows {
  /** Equal for the same rows. */
  readonly key: string
  /** `select …` of {@link rowColumns} from the log. */
  select(context: SqlContext): string
  /** What else must hold of a row `c` of these. */
  readonly where?: string
  /** Lists as they were before the change, where `c` is read as the record before it. Default: after it. */
  readonly lists?: 'before'
}

/** What every row has: `image` says which of its two images is the record. */
export const rowColumns = (image: string): string =>
  `c.record, c.position, c.tx, c.at, c.action, c.cause, ${image} as raw`

/**
 * Records of a collection made of images in the change log, with the columns of its table and, besides, what was logged with
 * them: `_position`, `_tx`, `_at`, `_action`, `_cause`. Images are of the time they were logged in, and are given by the
 * names of today.
 */
export class PastSource implements RowSource {
  readonly table = keptTable

  constructor(
    private readonly collection: Collection,
    private readonly logged: LoggedRows,
  ) {}

  get key(): string {
    return this.logged.key
  }

  toSql(context: SqlContext): string {
    const { columns, from } = imageRow(this.collection, 'i.image', 'x')
    const lists = listFields(this.collection).map((field) => `${this.listSql(field)} as ${listColumn(field)}`)
    const logged = ['position', 'tx', 'at', 'action', 'cause'].map((name) => `c.${name} as "_${name}"`)
    const all = ['c.record as "id"', ...columns, ...lists, ...logged, 'i.image as "_image"']
    const where = this.logged.where === undefined ? '' : ` where ${this.logged.where}`
    return (
      `(select ${all.join(', ')} from (${this.logged.select(context)}) c` +
      ` cross join lateral (select ${renamedSql(this.collection, 'c.position', 'c.raw')} as image) i` +
      ` cross join lateral ${from}${where})`
    )
  }

  linksSql(linkTable: string, row: string): string {
    const field = listFields(this.collection).find(({ relation }) => linkTableOf(relation) === linkTable)
    if (!field) return linkTable
    const items = `json_array_elements_text(${row}.${listColumn(field)}) with ordinality _i(target, place)`
    return `(select ${row}."id" as "source", _i.target::uuid as "target", _i.place::int4 as "position" from ${items})`
  }

  hasFieldsSql(names: readonly string[], row: string): string {
    return `(${names.map((name) => `${row}."_image"->${quoteLiteral(name)} is not null`).join(' and ')})`
  }

  /**
   * Lists are logged for themselves, beside the change of their record. What a delete took is the list before it; else the
   * last one there was counts, that of the same transaction included.
   */
  private listSql({ name }: Field): string {
    const item = `->${quoteLiteral(name)}`
    const of = `from ${keptTable} l where l.collection = '${this.collection.id}' and l.record = c.record`
    const last = (image: string, which: string): string => {
      const value = `(${renamedSql(this.collection, 'l.position', `l.${image}`)})${item}`
      return `(select ${value} ${of} and ${which} and ${value} is not null order by l.position desc limit 1)`
    }
    const earlier = `l.position < c.position and l.tx <> c.tx`
    const upTo = this.logged.lists === 'before' ? earlier : `(l.position <= c.position or l.tx = c.tx)`
    const listed = `l.action in ('list', 'base')`
    return (
      `case when c.action = 'delete' then coalesce(${last('before', `l.action = 'list' and l.tx = c.tx`)}, ${last('after', `${listed} and ${earlier}`)}, '[]')` +
      ` else coalesce(${last('after', `${listed} and ${upTo}`)}, '[]') end`
    )
  }
}

/** Deletes at certain positions of the log (input `index`), as the records they took. */
export const deletesAt = ({ id }: Collection, index: number): LoggedRows => ({
  key: `deletes ${index}`,
  select: ({ params }) =>
    `select ${rowColumns('c.before')} from ${keptTable} c` +
    ` where c.collection = '${id}' and c.action = 'delete' and c.position = any(${params.input(index)}::int8[])`,
})

/** An image by the names of today. Nearly always there is nothing to rename, which is asked once per statement. */
export function renamedSql({ id }: Collection, position: string, image: string): string {
  const last = `(select coalesce(max(n.position), 0) from holdfast.changed_images n where n.collection = '${id}')`
  return `case when ${position} < ${last} then holdfast.renamed_image('${id}', ${position}, ${image}) else ${image} end`
}

// ── the collection, with lists from the log ──────────────────────────────────────────────────────────────────────────

const known = new WeakMap<Collection, Collection>()

/** The collection with lists that are read from rows of a {@link PastSource}. Its table cannot be read by accident. */
export function pastCollection(collection: Collection): Collection {
  let past = known.get(collection)
  if (!past) {
    const lists = listFields(collection).map((field): [string, Field] => {
      return [field.name, Object.freeze({ ...field, select: (row: string) => `${row}.${listColumn(field)}` })]
    })
    const fields = new Map([...collection.fields, ...lists])
    const field = (name: string) => fields.get(name) ?? collection.inverses.get(name)
    past = Object.freeze({ ...collection, fields, field, table: '"holdfast"."no table of what was"' })
    known.set(collection, past)
  }
  return past
}

const linkTableOf = (relation: Field['relation']): string | undefined =>
  relation?.kind === 'many' ? relation.linkTable : undefined

const listFields = ({ fields }: Collection): Field[] =>
  [...fields.values()].filter(({ relation }) => relation?.kind === 'many')

const listColumn = ({ name }: Field): string => quoteIdentifier(`_l_${name}`)
