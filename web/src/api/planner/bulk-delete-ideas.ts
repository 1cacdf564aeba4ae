import { raw } from '../client'
import type { BulkDone, Chosen } from '../list'

/** Deletes up to 500, all or none. */
export const bulkDeleteIdeas = async (chosen: Chosen) => (await raw<{ data: BulkDone & { undo_version?: number } }>('POST', '/v1/planner/ideas/bulk_delete/', { body: chosen })).data
