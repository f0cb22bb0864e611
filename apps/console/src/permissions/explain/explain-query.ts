import type { ExplainRequest, Json } from '@holdfast/contract'
import type { ViewTarget } from '@holdfast/sdk/admin'
import { keepPreviousData, queryOptions, skipToken } from '@tanstack/react-query'
import { client } from '../../client/client'
import { toTarget } from '../../client/view-as'
import type { ExplainSearch } from './explain-search'

/** The question a link asks, or undefined as long as something is missing in it. */
export function toRequest({ as, action = 'read', collection, id, data }: ExplainSearch): ExplainRequest | undefined {
  const target = toTarget(as)
  const draft = parseDraft(data)
  if (!target || !collection) return undefined
  const needsId = action === 'update' || (action !== 'create' && !draft)
  if (needsId && !id) return undefined
  return {
    as: toCaller(target),
    action,
    collection,
    ...(action !== 'create' && id && { id }),
    ...(draft && (action === 'create' || action === 'update' || !id) && { data: draft }),
  }
}

/** The explanation is for one role: the first that is not every user's. */
export function toCaller(target: ViewTarget): ExplainRequest['as'] {
  if (target === 'public') return { role: 'public' }
  if ('roles' in target) return { role: target.roles.find((role) => role !== 'user') ?? 'user' }
  return target
}

function parseDraft(text: string | undefined): { [field: string]: Json } | undefined {
  try {
    const draft = JSON.parse(text ?? '') as Json
    return typeof draft === 'object' && draft !== null && !Array.isArray(draft) ? draft : undefined
  } catch {
    return undefined
  }
}

export const explanationQuery = (request: ExplainRequest | undefined) =>
  queryOptions({
    queryKey: ['explain', request],
    queryFn: request ? ({ signal }) => client.admin.permissions.explain(request, { signal }) : skipToken,
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
