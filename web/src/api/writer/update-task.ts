import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

export type TaskEdit = Body<'update_task'>

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateTask = (site: string, id: string, body: TaskEdit, version?: number) =>
  data(api.PATCH('/v1/writer/tasks/{id}/', { params: { path: { id }, query: { site_id: site } }, body, headers: ifMatch(version) }))
