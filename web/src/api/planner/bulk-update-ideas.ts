import { raw } from '../client'
import type { BulkDone, Chosen } from '../list'

/** Changes up to 500 alike, all or none. */
export const bulkUpdateIdeas = async (chosen: Chosen, set: Record<string, unknown>) => (await raw<{ data: BulkDone }>('POST', '/v1/planner/ideas/bulk_update/', { body: { ...chosen, set } })).data
