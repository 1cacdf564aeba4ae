import { api, data } from '../client'
import type { Body } from '../types'

export type KeywordEdit = Body<'update_keyword'>

export const updateKeyword = (site: string, id: number, body: KeywordEdit) =>
  data(api.PATCH('/v1/planner/keywords/{id}/', { params: { path: { id }, query: { site_id: site } }, body }))
