import type { QueryAdvice } from '@holdfast/contract'
import type { Collection } from '../../collections/index.js'
import { type Condition, FieldComparison, isCompound, NearestCondition, RelationCondition } from '../../query/index.js'
import { isMeasured, type ListQuery, type SortKey, sortKeyName } from '../read/selection.js'
import { nodesOf, type PlanNode } from './planner.js'

/** Reading fewer rows than this from end to end is no trouble. */
const bigTable = 5000
/** A page that costs less needs no advice, however it comes about. */
const cheapPage = 100

/** How the conditions on one collection could be served by an index. */
interface Uses {
  readonly collection: Collection
  /** Compared with one value or some: they come first in an index. */
  readonly equal: Set<string>
  /** Compared with bounds: the last field of an index may be one. */
  readonly range: Set<string>
  /** Texts looked for inside of others. */
  readonly inside: Set<string>
  /** Vectors compared with one. */
  readonly nearest: Set<string>
}

/**
 * What would make a query faster, from how PostgreSQL runs it and what it asks for. `condition` holds what may be spoken of:
 * to those who may not see the rules of a collection, the filter alone.
 */
export function adviseOn(
  { selection, sort }: Pick<ListQuery, 'selection' | 'sort'>,
  condition: Condition,
  plan: PlanNode,
  sizes: ReadonlyMap<string, number>,
): QueryAdvice[] {
  if (plan['Total Cost'] < cheapPage) return []
  const root = selection.scope.collection
  const nodes = nodesOf(plan)
  const isBig = ({ name }: Collection): boolean => (sizes.get(name) ?? 0) >= bigTable
  const scanned = new Set(nodes.filter(readsWholeTable).map((node) => node['Relation Name']))
  const sorts = nodes.some((node) => /Sort$/.test(node['Node Type'])) && isBig(root)
  const advice = usesOf(condition, root)
    .filter(({ collection }) => scanned.has(collection.name) && isBig(collection))
    .flatMap((uses) => adviseOnScan(uses, sorts && uses.collection === root ? sort : [], sizes))
  if (sorts && !advice.some(({ index }) => index?.collection === root.name)) advice.push(...adviseOnSort(root, sort))
  return distinct(advice)
}

/** From end to end, or along an index that does not narrow it down: records are read and left out one by one. */
const readsWholeTable = (node: PlanNode): boolean =>
  node.Filter !== undefined &&
  (node['Node Type'] === 'Seq Scan' || (/^Index/.test(node['Node Type']) && node['Index Cond'] === undefined))

function adviseOnScan(
  { collection, equal, range, inside, nearest }: Uses,
  sort: readonly SortKey[],
  sizes: ReadonlyMap<string, number>,
): QueryAdvice[] {
  const rows = Math.round(sizes.get(collection.name) ?? 0).toLocaleString('en')
  const order = plainOrder(sort)
  const fields = [...equal, ...(order.length > 0 ? order : [...range].slice(0, 1))]
  const advice: QueryAdvice[] = []
  if (equal.size + range.size > 0 && !isIndexed(collection, fields))
    advice.push({
      message: `Of ${collection.name}, ${rows} records, those that do not fit are read and left out one by one. An index on ${fields.join(', ')} would find the right ones.`,
      index: { collection: collection.name, fields },
    })
  for (const name of inside)
    advice.push({
      message: `Of ${collection.name}, ${rows} records, one after the other is read, because a text inside ${name} is looked for. Make ${name} searchable: its index serves that too.`,
    })
  for (const name of nearest)
    if (!collection.fields.get(name)?.vector?.pgvector)
      advice.push({
        message: `Of ${collection.name}, ${rows} records, every ${name} is compared. The extension pgvector, where the database has it, compares much faster, and its index finds the nearest ones.`,
      })
  return advice
}

function adviseOnSort(root: Collection, sort: readonly SortKey[]): QueryAdvice[] {
  const fields = plainOrder(sort)
  const related = sort.find((key) => !isMeasured(key) && key.hops.length > 0)
  if (related)
    return [
      {
        message: `All records are read to sort them by ${sortKeyName(related)}: no index spans two collections. Filter so that few are left, or keep a copy of the value in ${root.name}.`,
      },
    ]
  if (fields.length === 0 || isIndexed(root, fields)) return []
  return [
    {
      message: `The records are sorted for every page. An index on ${fields.join(', ')} would give them in order.`,
      index: { collection: root.name, fields },
    },
  ]
}

/** The sort keys as fields of an index; none where an index cannot give the order. Every index ends with the id by itself. */
function plainOrder(sort: readonly SortKey[]): string[] {
  const keys = sort.at(-1) && sortKeyName(sort.at(-1)!) === 'id' ? sort.slice(0, -1) : sort
  if (keys.some((key) => isMeasured(key) || key.hops.length > 0)) return []
  return keys.map((key) => (key.descending ? '-' : '') + sortKeyName(key))
}

/** An index that begins with these fields is there already: PostgreSQL has its reasons not to use it. */
function isIndexed({ definition }: Collection, fields: readonly string[]): boolean {
  const bare = (names: readonly string[]): string => names.map((name) => name.replace(/^-/, '')).join(',')
  const wanted = bare(fields)
  const single = definition.fields.some(
    ({ name, index, unique, type }) => name === wanted && (index || unique || type === 'relation'),
  )
  return (
    single ||
    wanted === 'id' ||
    (definition.indexes ?? []).some((index) => `${bare(index.fields)},`.startsWith(`${wanted},`))
  )
}

// ── conditions → uses ────────────────────────────────────────────────────────────────────────────────────────────────

const equalities = new Set(['eq', 'in', 'null', 'has', 'hasAny', 'hasAll'])
const bounds = new Set(['gt', 'gte', 'lt', 'lte', 'between', 'startsWith'])
const insides = new Set(['contains', 'endsWith', 'like', 'ilike'])

/** One entry per collection and set of conditions that hold together; each alternative of an `or` is a set of its own. */
function usesOf(condition: Condition, collection: Collection): Uses[] {
  const own: Uses = { collection, equal: new Set(), range: new Set(), inside: new Set(), nearest: new Set() }
  const others: Uses[] = []
  const note = (part: Condition): void => {
    if (isCompound(part)) {
      if (part.operator === 'and') part.value.forEach(note)
      else if (part.operator === 'or') others.push(...part.value.flatMap((each) => usesOf(each, collection)))
    } else if (part instanceof RelationCondition) {
      if (part.operator === 'some')
        others.push(...usesOf(part.value, part.shape.relation!.target() as unknown as Collection))
    } else if (part instanceof NearestCondition) {
      own.nearest.add(part.fields[0]!)
    } else if (part instanceof FieldComparison && part.shape.relation?.kind !== 'many') {
      if (equalities.has(part.operator)) own.equal.add(part.field)
      else if (bounds.has(part.operator)) own.range.add(part.field)
      else if (insides.has(part.operator)) own.inside.add(part.field)
    }
  }
  note(condition)
  return [own, ...others]
}

const distinct = (advice: readonly QueryAdvice[]): QueryAdvice[] => [
  ...new Map(advice.map((each) => [each.message, each])).values(),
]
