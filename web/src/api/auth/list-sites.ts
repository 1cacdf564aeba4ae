import { queryOptions } from '@tanstack/react-query'
import { api, everything, page } from '../client'

/** All sites of the account; there are few. */
export const listSites = () => everything((n) => page(api.GET('/v1/auth/sites/', { params: { query: { page: n, page_size: 100, ordering: 'name' } } })))

export const sitesQuery = queryOptions({ queryKey: ['sites'], queryFn: listSites, staleTime: 60_000 })
