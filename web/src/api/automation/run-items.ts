import { queryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import { Problem } from '../problem'
import type { Item } from '../types'

/** The failed items of a run; null where the program does not have the list yet (the log tells them then). */
export const failedItemsQuery = (site: string, run: string, live: boolean) =>
  queryOptions({
    queryKey: ['automation', 'items', site, run],
    queryFn: async ({ signal }) => {
      try {
        return (await raw<{ results: Item<'run_items'>[] | null }>('GET', '/v1/automation/run_items/', { query: { site_id: site, run_id: run, status: 'failed', page_size: 100 }, signal })).results ?? []
      } catch (thrown) {
        if (thrown instanceof Problem && thrown.status === 404) return null
        throw thrown
      }
    },
    refetchInterval: live ? 5000 : false,
  })
