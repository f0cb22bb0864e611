import { useQuery } from '@tanstack/react-query'
import { useDataClient } from './data-client'
import { useViewAs } from './view-as'

/** Which fields can be named in a read: all for the admin; for whoever the console looks as, those open in some record. */
export interface Readable {
  /** Whether that is known yet. */
  readonly isKnown: boolean
  /** Why it cannot be known. */
  readonly error: Error | null
  has(collection: string, field: string): boolean
}

const everything: Readable = { isKnown: true, error: null, has: () => true }

export function useReadable(): Readable {
  const view = useViewAs()
  const client = useDataClient()
  const { data, error } = useQuery({
    queryKey: ['readable', view],
    queryFn: ({ signal }) => client.permissions({ signal }),
    enabled: view !== undefined,
    staleTime: 30_000,
  })
  if (view === undefined) return everything
  return {
    isKnown: data !== undefined,
    error,
    has: (collection, field) => field === 'id' || (data?.fields('read', collection).includes(field) ?? false),
  }
}
