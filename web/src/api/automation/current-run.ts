import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** The site's running or paused run, or null. Asked for again while there is one: events make it sooner. */
export const currentRunQuery = (site: string) =>
  queryOptions({
    queryKey: ['automation', 'current', site],
    queryFn: ({ signal }) => data(api.GET('/v1/automation/current_run/', { params: { query: { site_id: site } }, signal })),
    refetchInterval: (query) => (query.state.data ? 3000 : 20_000),
  })
