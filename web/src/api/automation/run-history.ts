import { queryOptions } from '@tanstack/react-query'
import { api, page } from '../client'

/** The site's last 20 runs, newest first. */
export const historyQuery = (site: string) =>
  queryOptions({
    queryKey: ['automation', 'history', site],
    queryFn: ({ signal }) => page(api.GET('/v1/automation/history/', { params: { query: { site_id: site, page_size: 20 } }, signal })),
  })
