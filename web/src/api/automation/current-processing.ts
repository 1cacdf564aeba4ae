import { queryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import type { Processing } from '../pending2'
import { Problem } from '../problem'

/** What is worked on now and next; null when nothing is, or where the program can't tell yet. */
export const processingQuery = (site: string, live: boolean) =>
  queryOptions({
    queryKey: ['automation', 'processing', site],
    queryFn: async ({ signal }) => {
      try {
        return (await raw<{ data: Processing | null }>('GET', '/v1/automation/current_processing/', { query: { site_id: site }, signal })).data
      } catch (thrown) {
        if (thrown instanceof Problem && thrown.status === 404) return null
        throw thrown
      }
    },
    refetchInterval: live ? 2500 : false,
  })
