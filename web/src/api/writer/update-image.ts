import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

export type ImageEdit = Body<'update_image'>

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateImage = (site: string, id: string, body: ImageEdit, version?: number) =>
  data(api.PATCH('/v1/writer/images/{id}/', { params: { path: { id }, query: { site_id: site } }, body, headers: ifMatch(version) }))
