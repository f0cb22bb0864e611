import type { ConditionJson, Json } from '@holdfast/contract'
import { useQueryClient } from '@tanstack/react-query'
import { useDataClient } from '../../client/data-client'
import { notify } from '../../ui/notify'
import { writeByIds } from './write-by-ids'

/** Which records to write: these, or all that a filter finds. */
export type Written = readonly string[] | ConditionJson

/** Writes of many records at once. */
export function useBulkWrites(name: string, onDone: () => void) {
  const collection = useDataClient().collection(name)
  const cache = useQueryClient()
  const run = async (which: Written, what: string, write: (filter: object) => Promise<number>) => {
    const count = await (isIds(which) ? writeByIds(which, write) : write(which))
    void cache.invalidateQueries({ queryKey: ['records', name, 'one'] })
    void cache.invalidateQueries({ queryKey: ['records', name, 'count'] })
    onDone()
    notify(count === 1 ? `1 record ${what}` : `${count} records ${what}`)
  }
  return {
    update: (which: Written, changes: { readonly [field: string]: Json }) =>
      run(which, 'changed', (filter) => collection.updateMany(filter as never, changes as never)),
    remove: (which: Written) => run(which, 'deleted', (filter) => collection.deleteMany(filter as never)),
  }
}

const isIds = (which: Written): which is readonly string[] => Array.isArray(which)
