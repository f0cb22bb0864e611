import { useQueryClient } from '@tanstack/react-query'

/** Does something about a team, then asks again for what the pages show of it. */
export function useTeamChange(id: string): <T>(work: () => Promise<T>) => Promise<T> {
  const queries = useQueryClient()
  return async (work) => {
    try {
      return await work()
    } finally {
      await queries.invalidateQueries({ queryKey: ['teams', 'one', id] })
      await queries.invalidateQueries({ queryKey: ['users', 'one'] })
    }
  }
}
