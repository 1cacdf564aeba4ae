import { QueryClient } from '@tanstack/react-query'
import { Problem } from '@/api/problem'

/** Whether asking again can help: no answer, a server's fault, or too many requests. */
export const worthRepeating = (error: unknown) => error instanceof Problem && (error.status === 0 || error.status === 429 || error.status >= 500)

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      retry: (failures, error) => failures < 2 && worthRepeating(error),
      retryDelay: (n, error) => (error instanceof Problem && error.fault.retryAfter ? error.fault.retryAfter * 1000 : 500 * 2 ** n),
    },
    mutations: { retry: false },
  },
})
