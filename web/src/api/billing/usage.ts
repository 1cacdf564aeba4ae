import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** What credits were used for in the last days. */
export const usageQuery = (days: number) =>
  queryOptions({
    queryKey: ['billing', 'usage', days],
    queryFn: ({ signal }) => data(api.GET('/v1/billing/credits/usage/summary/', { params: { query: { days } }, signal })),
  })
