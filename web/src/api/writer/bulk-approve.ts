import { raw } from '../client'
import type { BulkDone, Chosen } from '../list'

/** Approves contents in review. */
export const bulkApprove = async (chosen: Chosen) => (await raw<{ data: BulkDone }>('POST', '/v1/writer/content/bulk_approve/', { body: chosen })).data
