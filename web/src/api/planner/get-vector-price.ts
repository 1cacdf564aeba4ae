import { queryOptions } from '@tanstack/react-query'
import { api, data } from '../client'
import type { Data } from '../types'

export type VectorPrice = Data<'get_vector_price'>

interface Extent {
  site: string
  sector?: string | undefined
  cluster?: string | undefined
}

/** What it costs to compare keywords by OpenAI's vectors: those of a site, of a sector, or of a cluster. */
export const vectorPriceQuery = ({ site, sector, cluster }: Extent) =>
  queryOptions({
    queryKey: ['planner', 'vectors', site, sector, cluster],
    queryFn: ({ signal }) => data(api.GET('/v1/planner/clusters/vectors/', { params: { query: { site_id: site, ...(sector && { sector_id: sector }), ...(cluster && { cluster_id: cluster }) } }, signal })),
  })
