import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

export type ContentEdit = Body<'update_content'>

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateContent = (site: string, id: string, body: ContentEdit, version?: number) =>
  data(api.PATCH('/v1/writer/content/{id}/', { params: { path: { id }, query: { site_id: site } }, body, headers: ifMatch(version) }))
