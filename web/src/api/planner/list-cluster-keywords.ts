import { api, page } from '../client'

/** The keywords of a cluster and why they are there, the most alike first. */
export const listClusterKeywords = (site: string, cluster: string, n: number, size: number, signal?: AbortSignal) =>
  page(api.GET('/v1/planner/clusters/{id}/keywords/', { params: { path: { id: cluster }, query: { site_id: site, page: n, page_size: size } }, signal: signal ?? null }))
