import { api, page } from '../client'
import { filtersOf, type ListReader } from '../list'
import type { Cluster } from '../types'

export const listClusters: ListReader<Cluster> = (site, params, n, size, signal) =>
  page(api.GET('/v1/planner/clusters/', { params: { query: { ...filtersOf<'list_clusters'>(params), site_id: site, page: n, page_size: size } }, signal }))
