import { api, data } from '../client'
import type { Chosen } from '../list'

/** Deletes up to 500, all or none. */
export const bulkDeleteIdeas = (chosen: Chosen) => data(api.POST('/v1/planner/ideas/bulk_delete/', { body: chosen }))
