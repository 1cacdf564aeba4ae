import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

export type IdeaEdit = Body<'update_idea'>

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateIdea = (site: string, id: string, body: IdeaEdit, version?: number) =>
  data(api.PATCH('/v1/planner/ideas/{id}/', { params: { path: { id }, query: { site_id: site } }, body, headers: ifMatch(version) }))
