import { api, data } from '../client'
import type { Chosen } from '../list'

/** Deletes up to 500, all or none. */
export const bulkDeleteTasks = (chosen: Chosen) => data(api.POST('/v1/writer/tasks/bulk_delete/', { body: chosen }))
