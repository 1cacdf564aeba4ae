import { api, data } from '../client'
import type { Chosen } from '../list'

/** Deletes up to 500, all or none. */
export const bulkDeleteClusters = (chosen: Chosen) => data(api.POST('/v1/planner/clusters/bulk_delete/', { body: chosen }))
