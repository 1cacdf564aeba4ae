import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** What the dashboard shows of a site: counts, what waits for a person, the balance. */
export const overviewQuery = (siteId: string) =>
  queryOptions({
    queryKey: ['account', 'overview', siteId],
    queryFn: ({ signal }) => data(api.GET('/v1/account/overview/', { params: { query: { site_id: siteId } }, signal })),
  })
