import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** What is worked on now and next; null when nothing is. */
export const processingQuery = (site: string, live: boolean) =>
  queryOptions({
    queryKey: ['automation', 'processing', site],
    queryFn: ({ signal }) => data(api.GET('/v1/automation/current_processing/', { params: { query: { site_id: site } }, signal })),
    refetchInterval: live ? 2500 : false,
  })
