import { api, data } from '../client'
import type { Chosen } from '../list'
import type { Body } from '../types'

/** Changes up to 500 alike, all or none. */
export const bulkUpdateClusters = (chosen: Chosen, set: Body<'bulk_update_clusters'>['set']) => data(api.POST('/v1/planner/clusters/bulk_update/', { body: { ...chosen, set } }))
