import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

const over = ['completed', 'cancelled', 'failed']

/** One run with its results; asked for again until it is over. */
export const runQuery = (site: string, run: string) =>
  queryOptions({
    queryKey: ['automation', 'run', site, run],
    queryFn: ({ signal }) => data(api.GET('/v1/automation/run_detail/', { params: { query: { site_id: site, run_id: run } }, signal })),
    refetchInterval: (query) => (query.state.data && over.includes(query.state.data.status) ? false : 2500),
  })
