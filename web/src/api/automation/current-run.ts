import { queryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import type { Run } from '../types'

/** The site's running or paused run, or null. Asked for again while there is one: events make it sooner. */
export const currentRunQuery = (site: string) =>
  queryOptions({
    queryKey: ['automation', 'current', site],
    queryFn: async ({ signal }) => (await raw<{ data: Run | null }>('GET', '/v1/automation/current_run/', { query: { site_id: site }, signal })).data,
    refetchInterval: (query) => (query.state.data ? 3000 : 20_000),
  })
