import { infiniteQueryOptions } from '@tanstack/react-query'
import { answer, api } from '../client'
import type { Query } from '../types'

type Asked = Query<'credit_transactions'>
export interface LedgerFilter {
  kind: string
  site_id: string
  from: string
  to: string
}

/** The ledger, newest first, a part at a time; an empty filter is none. */
export const transactionsQuery = ({ kind, site_id, from, to }: LedgerFilter) =>
  infiniteQueryOptions({
    queryKey: ['billing', 'transactions', kind, site_id, from, to],
    queryFn: ({ pageParam, signal }) => {
      const query: Asked = { limit: 50, ...(kind && { kind: kind as Asked['kind'] }), ...(site_id && { site_id }), ...(from && { from }), ...(to && { to }), ...(pageParam && { cursor: pageParam }) }
      return answer(api.GET('/v1/billing/credits/transactions/', { params: { query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
  })
