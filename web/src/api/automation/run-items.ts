import { queryOptions } from '@tanstack/react-query'
import { api, page } from '../client'
import type { Item } from '../types'

export type RunItem = Item<'run_items'>

/** The failed items of a run, at most 100. */
export const failedItemsQuery = (site: string, run: string, live: boolean) =>
  queryOptions({
    queryKey: ['automation', 'items', site, run],
    queryFn: ({ signal }) => page(api.GET('/v1/automation/run_items/', { params: { query: { site_id: site, run_id: run, status: 'failed', page_size: 100 } }, signal })),
    refetchInterval: live ? 5000 : false,
  })
