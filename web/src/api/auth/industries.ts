import { queryOptions } from '@tanstack/react-query'
import { api, everything, page } from '../client'

/** All industries with their sectors. */
export const listIndustries = () => everything((n) => page(api.GET('/v1/auth/industries/', { params: { query: { page: n, page_size: 100 } } })))

export const industriesQuery = queryOptions({ queryKey: ['industries'], queryFn: listIndustries, staleTime: Infinity })
