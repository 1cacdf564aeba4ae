import { api, data } from '../client'

/** Puts keywords into another cluster, or into a new one, and locks them there. */
export const moveKeywords = (site: string, ids: number[], to: { cluster_id: string } | { name: string }, key: string) =>
  data(api.POST('/v1/planner/clusters/move/', { body: { site_id: site, keyword_ids: ids, ...to }, params: { header: { 'Idempotency-Key': key } } }))
