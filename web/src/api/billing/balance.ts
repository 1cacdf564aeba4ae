import { queryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import type { Balance } from '../pending'

/** The account's credits, in thousandths. */
export const balance = async (signal?: AbortSignal) => (await raw<{ data: Balance }>('GET', '/v1/billing/credits/balance/', { signal })).data

export const balanceQuery = queryOptions({ queryKey: ['billing', 'balance'], queryFn: ({ signal }) => balance(signal), staleTime: 30_000 })
