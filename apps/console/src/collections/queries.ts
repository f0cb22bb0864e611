import type { SchemaPlanRequest } from '@holdfast/contract'
import { queryOptions, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { useCallback } from 'react'
import { client } from '../client/client'
import { collectionsQuery } from '../client/collections'

/** About how many records there are: never costly, however many that is. */
export const recordCountQuery = (name: string) =>
  queryOptions({
    queryKey: ['record-count', name],
    queryFn: async ({ signal }) => {
      const page = await client.collection(name).list({ limit: 1, fields: ['id'], count: 'estimated', signal })
      return page.meta.total ?? 0
    },
    staleTime: 30_000,
  })

/** Asks again for everything that follows from the schema, wherever it is shown. */
export function useSchemaChanged(): () => Promise<void> {
  const queries = useQueryClient()
  const router = useRouter()
  return useCallback(async () => {
    await queries.invalidateQueries({ queryKey: collectionsQuery.queryKey })
    void queries.invalidateQueries()
    void router.invalidate()
  }, [queries, router])
}

export const planOf = (change: SchemaPlanRequest) => client.admin.schema.plan(change)

export const applyPlan = (change: SchemaPlanRequest, hash: string, acceptDataLoss: boolean) =>
  client.admin.schema.apply({ ...change, hash, ...(acceptDataLoss && { acceptDataLoss }) })
