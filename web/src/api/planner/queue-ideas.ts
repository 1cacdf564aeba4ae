import { raw } from '../client'
import type { BulkDone, Chosen } from '../list'

/** Makes writing tasks of ideas; it costs nothing. */
export const queueIdeas = async (chosen: Chosen) => (await raw<{ data: BulkDone }>('POST', '/v1/planner/ideas/bulk_queue_to_writer/', { body: chosen })).data
