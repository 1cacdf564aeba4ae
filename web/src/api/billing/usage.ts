import { queryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import type { UsageSummary } from '../pending'

/** What credits were used for in the last days. */
export const usage = async (days: number, signal?: AbortSignal) => (await raw<{ data: UsageSummary }>('GET', '/v1/billing/credits/usage/summary/', { query: { days }, signal })).data

export const usageQuery = (days: number) => queryOptions({ queryKey: ['billing', 'usage', days], queryFn: ({ signal }) => usage(days, signal) })
