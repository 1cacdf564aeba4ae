import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'

/** The account's credits, in thousandths. */
export const balanceQuery = queryOptions({ queryKey: ['billing', 'balance'], queryFn: ({ signal }) => data(api.GET('/v1/billing/credits/balance/', { signal })), staleTime: 30_000 })
