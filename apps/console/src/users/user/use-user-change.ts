import { useQueryClient } from '@tanstack/react-query'

/** Does something about users, then asks again for what the pages show of them. */
export function useUserChange(): <T>(work: () => Promise<T>) => Promise<T> {
  const queries = useQueryClient()
  return async (work) => {
    try {
      return await work()
    } finally {
      await Promise.all(
        ['users', 'roles', 'service-accounts'].map((name) => queries.invalidateQueries({ queryKey: [name] })),
      )
    }
  }
}
