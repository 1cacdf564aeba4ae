import { raw } from '../client'
import type { BulkDone, Chosen } from '../list'
import type { Task } from '../types'

/** Makes writing tasks of ideas; it costs nothing. */
export async function queueIdeas(chosen: Chosen): Promise<BulkDone> {
  const tasks = (await raw<{ data: Task[] | null }>('POST', '/v1/planner/ideas/bulk_queue_to_writer/', { body: chosen })).data ?? []
  return { count: chosen.ids.length, changed: tasks.length }
}
