import { raw } from '../client'
import type { BulkDone, Chosen } from '../list'

/** Changes up to 500 alike, all or none. */
export const bulkUpdateTasks = async (chosen: Chosen, set: Record<string, unknown>) => (await raw<{ data: BulkDone }>('POST', '/v1/writer/tasks/bulk_update/', { body: { ...chosen, set } })).data
