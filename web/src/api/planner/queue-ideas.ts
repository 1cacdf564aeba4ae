import { api, data } from '../client'
import type { BulkDone, Chosen } from '../list'

/** Makes writing tasks of ideas; it costs nothing. */
export async function queueIdeas(chosen: Chosen): Promise<BulkDone> {
  const tasks = await data(api.POST('/v1/planner/ideas/bulk_queue_to_writer/', { body: chosen }))
  return { count: chosen.ids.length, changed: tasks.length }
}
