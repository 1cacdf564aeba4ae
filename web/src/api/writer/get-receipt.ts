import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'
import type { Data } from '../types'

export type Receipt = Data<'get_receipt'>

/** What a content cost: every provider call. */
export const receiptQuery = (site: string, id: string) =>
  queryOptions({
    queryKey: ['writer', 'receipt', site, id],
    queryFn: ({ signal }) => data(api.GET('/v1/writer/content/{id}/receipt/', { params: { path: { id }, query: { site_id: site } }, signal })),
  })
