import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** What a run would cost now. */
export const estimate = (siteId: string, signal?: AbortSignal) => data(api.GET('/v1/automation/estimate/', { params: { query: { site_id: siteId } }, signal }))

export const estimateQuery = (siteId: string) => queryOptions({ queryKey: ['automation', 'estimate', siteId], queryFn: ({ signal }) => estimate(siteId, signal) })
