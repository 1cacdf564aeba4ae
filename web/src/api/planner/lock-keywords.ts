import { api, data } from '../client'

/** Holds keywords in their clusters, or lets them go. */
export const lockKeywords = (site: string, ids: number[], locked: boolean) => data(api.POST('/v1/planner/clusters/lock/', { body: { site_id: site, keyword_ids: ids, locked } }))
