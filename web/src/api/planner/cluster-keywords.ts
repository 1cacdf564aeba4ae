import { api, data } from '../client'

/** Has the new keywords of a site grouped: a job for each sector, which costs credits. */
export const clusterKeywords = (site: string, key: string) => data(api.POST('/v1/planner/keywords/auto_cluster/', { body: { site_id: site }, params: { header: { 'Idempotency-Key': key } } }))
