import { queryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import type { Overview } from '../pending'

/** What the dashboard shows of a site: counts, what waits for a person, the balance. */
export const overview = async (siteId: string, signal?: AbortSignal) => (await raw<{ data: Overview }>('GET', '/v1/account/overview/', { query: { site_id: siteId }, signal })).data

export const overviewQuery = (siteId: string) => queryOptions({ queryKey: ['account', 'overview', siteId], queryFn: ({ signal }) => overview(siteId, signal) })
