import { api, data } from '../client'

/** The keywords of up to 200 clusters that the map is zoomed into. */
export const getClusterMapKeywords = (site: string, clusters: string[], signal?: AbortSignal) =>
  data(api.GET('/v1/planner/clusters/map/keywords/', { params: { query: { site_id: site, cluster_ids: clusters.join() } }, signal: signal ?? null }))
