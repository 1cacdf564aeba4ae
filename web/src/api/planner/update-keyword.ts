import { api, data } from '../client'
import { ifMatch } from '../list'
import type { Body } from '../types'

export type KeywordEdit = Body<'update_keyword'>

/** Changes it. With the version that was read, a change that others made meanwhile is not lost: the call is refused. */
export const updateKeyword = (site: string, id: number, body: KeywordEdit, version?: number) =>
  data(api.PATCH('/v1/planner/keywords/{id}/', { params: { path: { id }, query: { site_id: site } }, body, headers: ifMatch(version) }))
