import { infiniteQueryOptions } from '@tanstack/react-query'
import { raw } from '../client'
import type { TransactionPage } from '../pending'

export interface LedgerFilter {
  kind: string
  site_id: string
  from: string
  to: string
}

/** A part of the ledger, newest first; `cursor` is the part's before it. */
export const transactions = (filter: LedgerFilter, cursor: string, signal?: AbortSignal) =>
  raw<TransactionPage>('GET', '/v1/billing/credits/transactions/', { query: { ...filter, cursor, limit: 50 }, signal })

export const transactionsQuery = (filter: LedgerFilter) =>
  infiniteQueryOptions({
    queryKey: ['billing', 'transactions', filter],
    queryFn: ({ pageParam, signal }) => transactions(filter, pageParam, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor || undefined,
  })
