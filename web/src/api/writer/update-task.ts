import { raw } from '../client'
import type { TaskEdit, Versioned } from '../pending2'
import type { Task } from '../types'

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateTask = async (site: string, id: string, body: TaskEdit, version?: number) =>
  (await raw<{ data: Task & Versioned }>('PATCH', `/v1/writer/tasks/${id}/`, { query: { site_id: site }, body, headers: version === undefined ? {} : { 'If-Match': `"${version}"` } })).data
