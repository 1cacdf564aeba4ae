import { raw } from '../client'
import type { BulkDone, Chosen } from '../list'

/** Deletes up to 500, all or none. */
export const bulkDeleteClusters = async (chosen: Chosen) => (await raw<{ data: BulkDone & { undo_version?: number } }>('POST', '/v1/planner/clusters/bulk_delete/', { body: chosen })).data
