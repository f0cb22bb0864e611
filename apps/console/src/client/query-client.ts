import { HoldfastError } from '@holdfast/sdk'
import { QueryClient } from '@tanstack/react-query'

/** What a second try may mend: the network, and servers that say they are busy. */
const mayPass = (error: unknown): boolean => !(error instanceof HoldfastError) || error.status >= 500

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 5_000, retry: (count, error) => count < 2 && mayPass(error) },
    mutations: { retry: false },
  },
})
