import { raw } from '../client'
import type { BulkDone, Chosen } from '../list'

/** Deletes up to 500, all or none; their posts stay. */
export const bulkDeleteContent = async (chosen: Chosen) => (await raw<{ data: BulkDone }>('POST', '/v1/writer/content/bulk_delete/', { body: chosen })).data
