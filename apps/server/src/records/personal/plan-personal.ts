import type { PersonalData } from '@holdfast/contract'
import type { Collection, Field } from '../../collections/index.js'
import type { RowScope } from '../../permissions/index.js'
import { conditionToSql, Params, SqlContext } from '../../query/index.js'
import type { Plan } from '../plan.js'
import { noteCause } from '../write/plan-write.js'

/** A collection whose records are about users. */
export interface PersonalCollection {
  readonly collection: Collection
  readonly link: Field
  readonly onDelete: PersonalData['onDelete']
  /** Fields that become null. */
  readonly cleared: readonly Field[]
}

export const personalCollections = (collections: ReadonlyMap<string, Collection>): PersonalCollection[] =>
  [...collections.values()].flatMap((collection) => {
    const { personalData } = collection.definition
    if (!personalData) return []
    const { field, onDelete, clear = [] } = personalData
    const cleared = clear.map((name) => collection.fields.get(name)!)
    return [{ collection, link: collection.fields.get(field)!, onDelete, cleared }]
  })

/** Deletes the records about the user who is input 0. */
export function planDeletePersonal(scope: RowScope, link: Field): Plan {
  const params = new Params()
  const about = `p.${link.column} = ${params.input(0)}::uuid`
  const open = conditionToSql(scope.condition, 'p', new SqlContext(params))
  return {
    text: `delete from ${scope.collection.table} as p where ${about} and ${open} and ${noteCause(params)}`,
    params: params.sources,
  }
}

/** Takes the user who is input 0, and what else tells who it was, out of the records; gives their ids. */
export function planAnonymise(scope: RowScope, { link, cleared }: PersonalCollection): Plan {
  const params = new Params()
  const about = `p.${link.column} = ${params.input(0)}::uuid`
  const open = conditionToSql(scope.condition, 'p', new SqlContext(params))
  const set = [
    ...new Set([link.column, '"createdBy"', ...cleared.map(({ column }) => column)].map((column) => column)),
  ].map((column) => `${column} = ${column === '"createdBy"' ? creatorSql(link, params) : 'null'}`)
  const text =
    `update ${scope.collection.table} as p set ${set.join(', ')}, "updatedAt" = now(), "version" = p."version" + 1` +
    ` where ${about} and ${open} and ${noteCause(params)} returning p."id"`
  return { text, params: params.sources }
}

/** Whoever else made the record stays known. */
const creatorSql = ({ column }: Field, params: Params): string =>
  column === '"createdBy"' ? 'null' : `nullif(p."createdBy", ${params.input(0)}::uuid)`
