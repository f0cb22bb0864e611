import type { CollectionDefinition } from '@holdfast/contract'
import { collectionIdOf } from '../names.js'
import type { Change } from './change.js'
import { reachesTrash } from './log-tables.js'
import type { Phases } from './phases.js'

/** What is no longer kept is forgotten at once: a history that begins again must not begin with a gap. */
export function forgetKept({ before, next, wanted, table }: Change, phases: Phases): void {
  const id = collectionIdOf(next)
  const step = { collection: next.name, lock: 'NONE', table } as const
  if (before.history && !next.history)
    phases.add('unlog', {
      ...step,
      kind: 'endHistory',
      description: `Forget the versions of ${before.name}`,
      sql: reachesTrash(next, wanted) ? [forgetVersions(id)] : forgetAll(next),
      loss: { sql: `${countKept(id)} and c.action <> 'list'`, describe: (count) => `${count} are lost` },
    })
  else if (before.trash && !next.history && !reachesTrash(next, wanted))
    phases.add('unlog', {
      ...step,
      kind: 'endTrash',
      description: `Forget the deleted records of ${before.name}`,
      sql: forgetAll(next),
      loss: {
        sql: `${countKept(id)} and c.action = 'delete' and not exists (select from ${table} t where t."id" = c.record)`,
        describe: (count) => `${count} are lost`,
      },
    })
}

/** All that the log keeps of a collection. */
export const forgetAll = (collection: CollectionDefinition): string[] => [
  `select holdfast.forget_kept('${collectionIdOf(collection)}', null)`,
]

const countKept = (id: string): string =>
  `select count(*)::int8 from holdfast.changes_kept c where c.collection = '${id}'`

/** All but deletes, and lists that went with them. Like `forget_kept`, what somebody may still have to be told of stays. */
const forgetVersions = (id: string): string =>
  `with gone as (
     delete from holdfast.changes_kept c where c.collection = '${id}' and c.action <> 'delete' and not (c.action = 'list' and exists
       (select from holdfast.changes_kept d where d.tx = c.tx and d.record = c.record and d.action = 'delete')) returning *)
   insert into holdfast.changes_head select * from gone g where holdfast.may_be_read(g.action, g.at, g.position)`
