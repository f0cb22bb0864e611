import type { Json } from '@holdfast/contract'
import type { Field } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import { ALWAYS } from '../../query/index.js'
import { parseListQuery } from '../read/parse-list-query.js'
import type { RawListQuery } from '../read/raw-query.js'
import type { ListQuery, SelectedField, SortKey } from '../read/selection.js'

/**
 * A list of deleted records: beside the fields of each it holds what was logged with the delete. Newest first, unless asked
 * otherwise; `deletedAt` is a name to sort by where the collection has none like it.
 */
export function parseTrashQuery(raw: RawListQuery, scope: RowScope): ListQuery {
  const byDelete = deleteOrder(raw, scope)
  const query = parseListQuery(byDelete ? { ...raw, sort: [] } : raw, scope)
  const { selection } = query
  return {
    ...query,
    selection: { ...selection, fields: [...loggedFields(scope), ...selection.fields] },
    sort: byDelete ?? query.sort,
  }
}

function deleteOrder({ sort, search }: RawListQuery, scope: RowScope): SortKey[] | undefined {
  const [only = search === undefined ? '-deletedAt' : '', ...more] = sort ?? []
  const isOrder =
    /^-?deletedAt$/.test(only) && more.length === 0 && (!sort?.length || !scope.collection.field('deletedAt'))
  if (!isOrder) return undefined
  const field = loggedField('_position', scope)
  return [{ hops: [], field, mask: ALWAYS, descending: only.startsWith('-') }]
}

// ── what was logged with the delete ──────────────────────────────────────────────────────────────────────────────────

const selects = {
  _id: (row: string) => `${row}."id"`,
  _position: (row: string) => `${row}."_position"`,
  _tx: (row: string) => `${row}."_tx"::text`,
  _at: (row: string) => `to_char(${row}."_at" at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`,
  _user: (row: string) => `nullif(split_part(${row}."_cause", ' ', 1), '')`,
}

/** Who deleted a record is told to those who may know who created it. No field of a collection begins with `_`. */
function loggedFields(scope: RowScope): SelectedField[] {
  const creator = scope.readable('createdBy')
  return Object.keys(selects).flatMap((name): SelectedField[] => {
    if (name === '_user' && !creator) return []
    const field = loggedField(name as keyof typeof selects, scope)
    return [{ field, mask: name === '_user' ? creator!.mask : ALWAYS }]
  })
}

const loggedField = (name: keyof typeof selects, { collection }: RowScope): Field => ({
  ...collection.fields.get('version')!,
  name,
  column: `"${name}"`,
  sqlType: 'int8',
  nullable: false,
  select: selects[name],
})

/** A record of the list, and apart from it what was logged with its delete. */
export function splitLogged(row: { readonly [field: string]: Json }) {
  const { _id, _position, _tx, _at, _user, ...record } = row
  return {
    id: _id as string,
    position: _position as number,
    tx: _tx as string,
    at: _at as string,
    user: _user as string | null | undefined,
    record: record as { [field: string]: Json },
  }
}
