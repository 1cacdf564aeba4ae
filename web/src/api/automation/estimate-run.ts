import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'
import type { Data } from '../types'

export type Estimate = Data<'estimate_run'>

/** What a run would cost now, stage by stage, in thousandths of credits. */
export const estimateQuery = (site: string) =>
  queryOptions({
    queryKey: ['automation', 'estimate', site],
    queryFn: ({ signal }) => data(api.GET('/v1/automation/estimate/', { params: { query: { site_id: site } }, signal })),
  })
