import { api, data } from '../client'
import type { Chosen } from '../list'
import type { Body } from '../types'

/** Changes up to 500 alike, all or none. */
export const bulkUpdateTasks = (chosen: Chosen, set: Body<'bulk_update_tasks'>['set']) => data(api.POST('/v1/writer/tasks/bulk_update/', { body: { ...chosen, set } }))
